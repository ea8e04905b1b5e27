import assert from 'node:assert/strict';
import { join } from 'node:path';
import { endingWithParent } from '../../../src/platform/local-stack/child-process.ts';
import { runShop, type ShopProcess } from '../../support/shop-process.ts';
import { buildShop } from './build-worker.ts';
import { createFaultDatabase, type FaultDatabase } from './fault-database.ts';
import { TIMING, type Lab } from './fault.ts';
import { isInLanes, type ShopDeath } from './shop-death-points.ts';
import { ShopFront } from './shop-front.ts';

export const OWNER = { loginId: 'owner', password: 'owner-password' };

/** How long an instance may take to come by the place where it is to die. */
const DEAD_WITHIN_MS = 300_000;

/** A running instance of the shop. */
export type ShopInstance = {
  url: string;
  /** Ends it as a power cut would. */
  kill: () => Promise<void>;
  /** Resolves when it has died by itself; rejects when it lives on, or ends in another way. */
  untilDeath: () => Promise<void>;
};

export type StartOrder = {
  /** Where it is to die. */
  death?: ShopDeath;
  /** Has it decide orders step by step, in lanes, and not in the transaction that places them. */
  inLanes?: boolean;
};

export type ShopRig = FaultDatabase & {
  /** The door to all instances that run. */
  front: ShopFront;
  /** Starts another instance, and resolves when it listens. */
  start: (order?: StartOrder) => Promise<ShopInstance>;
  /** Starts an instance that is to die at a place, and resolves when it has. */
  runUntilDeath: (death: ShopDeath) => Promise<void>;
};

/**
 * Gives the work a database of its own and instances of the whole shop on it, and removes all of them
 * in the end.
 * @param environment of every instance beside what the rig sets, such as the addresses of payment
 * providers
 */
export async function withShopRig<T>(
  lab: Lab,
  work: (rig: ShopRig) => Promise<T>,
  environment: Record<string, string> = {},
): Promise<T> {
  const program = await shopProgram(lab.folder);
  const faultDatabase = await createFaultDatabase(lab.serverUrl);
  const common = { ...environmentOf(lab, faultDatabase), ...environment };
  const front = new ShopFront();
  const processes: ShopProcess[] = [];
  const launch = ({ death, inLanes = false }: StartOrder) => {
    const args = death ? [JSON.stringify(death)] : [];
    const own = { ...common, SHOP_EVENTS_AT_ONCE: inLanes ? 'off' : 'on' };
    const shop = runShop(own, endingWithTest(program, args));
    processes.push(shop);
    void admit(shop, front);
    return shop;
  };
  const start = async (order: StartOrder = {}) => {
    const shop = launch(order);
    const url = await shop.listening;
    return { url, kill: () => kill(shop), untilDeath: () => untilDeath(shop) };
  };
  const runUntilDeath = (death: ShopDeath) =>
    untilDeath(launch({ death, inLanes: isInLanes(death) }));
  try {
    return await work({ ...faultDatabase, front, start, runUntilDeath });
  } finally {
    await Promise.all(processes.map(kill));
    await faultDatabase.drop();
  }
}

/** Built once in a folder, for all faults of a run. */
const programs = new Map<string, Promise<string>>();

function shopProgram(folder: string): Promise<string> {
  const program = programs.get(folder) ?? buildShop(join(folder, 'shop'));
  programs.set(folder, program);
  return program;
}

function environmentOf(lab: Lab, { url }: FaultDatabase): Record<string, string> {
  return {
    DATABASE_URL: url,
    REDIS_URL: lab.redisUrl,
    SHOP_REDIS_PREFIX: new URL(url).pathname.slice(1),
    SHOP_DATA_DIR: join(lab.folder, 'shop-data'),
    SHOP_DATABASE_POOL: '8',
    SHOP_EVENTS_HEARTBEAT_MS: String(TIMING.heartbeatMs),
    SHOP_EVENTS_LEASE_MS: String(TIMING.leaseMs),
    // Tokens outlive the instance that signed them.
    SHOP_JWT_SECRET: 'the same one for every instance of a fault',
    SHOP_OWNER_LOGIN_ID: OWNER.loginId,
    SHOP_OWNER_PASSWORD: OWNER.password,
    SHOP_RATE_LIMIT: 'off',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'error',
  };
}

/** The command that runs the program, and ends with the test even when that is killed. */
function endingWithTest(program: string, args: readonly string[]): [string, ...string[]] {
  const [file, fileArgs] = endingWithParent('KILL', process.execPath, [program, ...args]);
  return [file, ...fileArgs];
}

/** Sends requests there from when it listens until it ends. */
async function admit({ listening, exited }: ShopProcess, front: ShopFront): Promise<void> {
  // Whoever started it hears why it does not listen.
  const url = await listening.catch(() => undefined);
  if (url === undefined) return;
  front.open(url);
  await exited;
  front.close(url);
}

async function kill({ child, exited }: ShopProcess): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

async function untilDeath({ exited, output }: ShopProcess): Promise<void> {
  assert.equal(await Promise.race([exited, stillAlive()]), 'SIGKILL', output());
}

function stillAlive(): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(resolve, DEAD_WITHIN_MS, 'still alive').unref();
  });
}
