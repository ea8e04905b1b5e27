import { CONSUMERS } from './fault-consumers.ts';
import { createFaultDatabase, type FaultDatabase } from './fault-database.ts';
import type { LoadPlan } from './load.ts';
import { WorkerProcess, type WorkerOrder } from './worker-process.ts';

/** What a fault finds when it begins. */
export type Lab = {
  /** A database server on which it may make databases. */
  serverUrl: string;
  /** A Redis server for whoever runs the whole shop. */
  redisUrl: string;
  /** The worker, ready to run. */
  program: string;
  /** A folder for servers of its own, which it leaves empty. */
  folder: string;
};

/** Something that goes wrong, many times over, and must leave the ledger exact. */
export type Fault = {
  name: string;
  /** How often: in the full run, and in the short form that every test run includes. */
  times: { full: number; short: number };
  /** @returns a line about what happened, for people */
  run: (lab: Lab, times: number) => Promise<string>;
};

/** Short, so that instances die and are missed many times in a test. */
export const TIMING = { heartbeatMs: 100, leaseMs: 600 };

/** Enough that something is always on the way, on two cores. */
export const STEADY_LOAD: LoadPlan = { writers: 4, eventsAtOnce: 3, pauseMs: 10 };

export type Rig = FaultDatabase & {
  /** A worker with the usual consumers, once it is ready. */
  start: (order?: Partial<WorkerOrder>) => Promise<WorkerProcess>;
  /** The same, without waiting. */
  launch: (order?: Partial<WorkerOrder>) => WorkerProcess;
};

/** Gives the work a database of its own and workers on it, and removes all of them in the end. */
export async function withRig<T>(lab: Lab, work: (rig: Rig) => Promise<T>): Promise<T> {
  const faultDatabase = await createFaultDatabase(lab.serverUrl);
  const workers: WorkerProcess[] = [];
  const launch = (order: Partial<WorkerOrder> = {}) => {
    const worker = WorkerProcess.launch(lab.program, {
      databaseUrl: faultDatabase.url,
      timing: TIMING,
      consumers: CONSUMERS,
      ...order,
    });
    workers.push(worker);
    return worker;
  };
  const start = async (order: Partial<WorkerOrder> = {}) => {
    const worker = launch(order);
    await worker.ready();
    return worker;
  };
  try {
    return await work({ ...faultDatabase, start, launch });
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
    await faultDatabase.drop();
  }
}

/** What must be there: an item of a list whose length is known. */
export function present<Item>(item: Item | undefined): Item {
  if (item === undefined) throw new Error('it should be there');
  return item;
}
