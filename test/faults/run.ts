// The whole fault suite: npm run test:faults [-- --list | --only NAME,… | --resume]
// On servers of its own, or on those that TEST_DATABASE_URL and TEST_REDIS_URL name.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLocalStack } from '../../src/platform/local-stack/local-stack.ts';
import { FAULTS } from './faults.ts';
import { buildWorker } from './support/build-worker.ts';
import type { Fault, Lab } from './support/fault.ts';
import { PassedFaults } from './support/passed-faults.ts';

const FOLDER = '.data/faults';

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function chosen(names: string | undefined): readonly Fault[] {
  if (names === undefined) return FAULTS;
  return names.split(',').map((name) => {
    const fault = FAULTS.find((each) => each.name === name);
    if (!fault) throw new Error(`there is no fault ${name}; --list names them`);
    return fault;
  });
}

/** @returns whether the ledger was exact */
async function provoke({ name, times, run }: Fault, lab: Lab): Promise<boolean> {
  const startedAt = performance.now();
  const seconds = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;
  try {
    const what = await run(lab, times.full);
    say(`ok    ${name}: ${what} (${seconds()})`);
    return true;
  } catch (error) {
    say(`FAILED ${name} (${seconds()})`);
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return false;
  }
}

async function runAll(faults: readonly Fault[], resumes: boolean): Promise<number> {
  await mkdir(FOLDER, { recursive: true });
  const passed = await PassedFaults.read(FOLDER, process.env.TEST_DATABASE_URL);
  const given = {
    serverUrl: process.env.TEST_DATABASE_URL,
    redisUrl: process.env.TEST_REDIS_URL,
  };
  const stack = await startLocalStack({
    dataDir: FOLDER,
    vendorDir: '.data/vendor',
    database: given.serverUrl === undefined,
    redis: given.redisUrl === undefined,
    durable: true,
    log: say,
  });
  let failures = 0;
  try {
    const serverUrl = given.serverUrl ?? stack.databaseUrl;
    const redisUrl = given.redisUrl ?? stack.redisUrl;
    if (serverUrl === undefined || redisUrl === undefined) throw new Error('no servers to test on');
    // Not before the folder is this run's own.
    const program = await buildWorker(join(FOLDER, 'worker'));
    for (const fault of faults) {
      if (resumes && passed.has(fault.name)) {
        say(`-     ${fault.name}: passed before, and nothing has changed since`);
      } else if (await provoke(fault, { serverUrl, redisUrl, program, folder: FOLDER })) {
        await passed.add(fault.name);
      } else {
        failures += 1;
      }
    }
  } finally {
    await stack.stop();
  }
  return failures;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    resume: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  if (values.list) {
    for (const { name, times } of FAULTS) say(`${name} (${times.full} times)`);
    return;
  }
  const failures = await runAll(chosen(values.only), values.resume);
  if (failures > 0) throw new Error(`${failures} faults failed`);
  say('the ledger was exact after every fault');
}

await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
