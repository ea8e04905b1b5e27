import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildWorker } from './build-worker.ts';
import type { Fault } from './fault.ts';

/** For what hangs: a fault takes half a minute, and ten times that on a busy machine. */
const TIMEOUT_MS = 900_000;

/** Tests of the faults' short forms; `npm run test:faults` does the same many times over. */
export function testFaults(faults: readonly Fault[]): void {
  /** In the project: packages are found from there, and a temporary folder may be in memory. */
  let folder: string;
  let program: string;
  beforeAll(async () => {
    folder = await mkdtemp('.data/test-faults-');
    program = await buildWorker(join(folder, 'worker'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe('the ledger is exact after', () => {
    it.each(faults)(
      '$name',
      async ({ run, times }) => {
        const lab = {
          serverUrl: inject('databaseUrl'),
          redisUrl: inject('redisUrl'),
          program,
          folder,
        };
        await expect(run(lab, times.short)).resolves.toBeTypeOf('string');
      },
      TIMEOUT_MS,
    );
  });
}
