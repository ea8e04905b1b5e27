import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from './fault.ts';
import { withShopRig, type ShopInstance, type ShopRig } from './shop-rig.ts';

const OWN_CLOCK = fileURLToPath(new URL('own-clock.cjs', import.meta.url));
/** For how much a clock may seem to be off what it is told to be. */
const TOLERANCE_MS = 30_000;
const WARNING = /^the host's clock is (\d+\.\d) s (ahead of|behind) the database's$/;

/**
 * Gives the work instances on hosts whose clocks are off by so many milliseconds, one for each, and
 * makes sure that they are.
 * @param environment of every instance
 */
export async function withOwnClocks<T>(
  lab: Lab,
  clocksMs: readonly number[],
  work: (rig: ShopRig, instances: readonly ShopInstance[]) => Promise<T>,
  environment: Record<string, string> = {},
): Promise<T> {
  const folder = await mkdtemp(join(lab.folder, 'clocks-'));
  const onOwnClocks = async (rig: ShopRig) => {
    const instances: ShopInstance[] = [];
    // In turn: the first to start has the first clock.
    for (const offMs of clocksMs) {
      const instance = await rig.start();
      await assertIsOff(instance, offMs);
      instances.push(instance);
    }
    return work(rig, instances);
  };
  try {
    return await withShopRig(lab, onOwnClocks, {
      ...environment,
      NODE_OPTIONS: `--require=${OWN_CLOCK}`,
      FAULT_CLOCKS_DIR: resolve(folder),
      FAULT_CLOCKS_MS: clocksMs.join(','),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An instance warns of its host's clock, and works all the same. */
async function assertIsOff({ url }: ShopInstance, offMs: number): Promise<void> {
  const answer = await fetch(`${url}/health/ready`);
  const { status, warnings } = (await answer.json()) as { status: string; warnings: string[] };
  assert.equal(status, 'ready');
  const [, seconds, side] =
    WARNING.exec(warnings.join('\n')) ?? assert.fail(`no warning: ${warnings.join()}`);
  const aheadMs = Number(seconds) * 1000 * (side === 'behind' ? -1 : 1);
  assert.ok(Math.abs(aheadMs - offMs) < TOLERANCE_MS, `the clock is off by ${aheadMs} ms`);
}
