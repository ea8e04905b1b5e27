import { pino } from 'pino';
import { Database } from '../../../src/platform/database/database.ts';
import type { Consumer } from '../../../src/platform/events/consumer.ts';
import { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import { TIMING } from './fault.ts';
import { RacePoints } from './race-points.ts';

export type Instance = {
  backbone: EventBackbone;
  points: RacePoints;
  /** What it logged as an error. */
  complaints: readonly string[];
  stop: () => Promise<void>;
};

/** How long a statement waits for a lock: much shorter than the shop's five seconds. */
const LOCK_WAIT_SECONDS = 1;

/** One instance of the backbone in this process, for faults that must meet it at a certain statement. */
export async function startInstance(
  url: string,
  consumers: readonly Consumer[],
): Promise<Instance> {
  const database = Database.open(url, 16);
  database.transactionPool.pool.on('connection', (connection) => {
    connection.query(`SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`);
  });
  const points = new RacePoints();
  const complaints: string[] = [];
  const log = pino({ level: 'error' }, { write: (line) => void complaints.push(line) });
  const backbone = new EventBackbone(points.watch(database), TIMING, log);
  await backbone.start(consumers);
  return {
    backbone,
    points,
    complaints,
    stop: async () => {
      await backbone.stop();
      await database.close();
    },
  };
}
