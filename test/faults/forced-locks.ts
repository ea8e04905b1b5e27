import assert from 'node:assert/strict';
import { createConnection, type Connection } from 'mysql2/promise';
import { defineConsumer } from '../../src/platform/events/consumer.ts';
import type { Transaction } from '../../src/platform/database/transaction.ts';
import { recordEvents } from '../../src/platform/events/record-events.ts';
import { idToBytes, newId, type Id } from '../../src/platform/ids/id.ts';
import { auditLedger } from './support/audit.ts';
import { withRig, type Fault, type Rig } from './support/fault.ts';
import { faultConsumers } from './support/fault-consumers.ts';
import { startInstance, type Instance } from './support/in-process.ts';
import { recordNoted } from './support/load.ts';
import { CLAIMS, ROLLBACK } from './support/statements.ts';
import { echoed, noted } from './support/told-events.ts';

/** Two rows that every batch writes, one after the other. */
const FIRST = newId();
const SECOND = newId();

const WRITES_TALLY = /UPDATE fault_tally/;
/** Rows that make the other transaction the larger one: the server gives up the smaller one. */
const BALLAST = 200;

/** A consumer's batch is in a deadlock with another transaction, half-written, and loses. */
export const forcedDeadlock = forcedLock('forced-deadlock', async (rival) => {
  await rival.query('SELECT 1 FROM fault_tally WHERE id = ? FOR UPDATE', [idToBytes(SECOND)]);
  await rival.query(
    `INSERT INTO fault_ballast SELECT seq.n FROM JSON_TABLE(?, '$[*]' COLUMNS (n INT PATH '$')) AS seq`,
    [JSON.stringify(Array.from({ length: BALLAST }, (_, n) => n))],
  );
  // Not waited for: the batch holds this row, and goes on to the one that is held here.
  const crossing = rival.query('SELECT 1 FROM fault_tally WHERE id = ? FOR UPDATE', [
    idToBytes(FIRST),
  ]);
  return async () => void (await crossing);
});

/** A consumer's batch, half-written, waits too long for a lock. */
export const forcedLockTimeout = forcedLock('forced-lock-timeout', async (rival) => {
  await rival.query('SELECT 1 FROM fault_tally WHERE id = ? FOR UPDATE', [idToBytes(SECOND)]);
  return async () => undefined;
});

/**
 * @param block takes locks between the batch's two writes; gives what must come true once the batch
 * was rolled back
 */
function forcedLock(
  name: string,
  block: (rival: Connection) => Promise<() => Promise<void>>,
): Fault {
  return {
    name,
    times: { full: 20, short: 2 },
    run: (lab, times) =>
      withRig(lab, async (rig) => {
        await createTally(rig);
        const instance = await startInstance(rig.url, [
          tally,
          ...faultConsumers(['count', 'hear'], true),
        ]);
        const rival = await createConnection({ uri: rig.url });
        try {
          for (let round = 0; round < times; round += 1) {
            await blockOneBatch(instance, rival, block);
          }
          const events = await auditLedger(rig.database);
          assert.deepEqual(await readTally(rig), [events, events]);
          assert.deepEqual(instance.complaints, []);
          return `${times} batches rolled back and run again, ${events} events`;
        } finally {
          await rival.end();
          await instance.stop();
        }
      }),
  };
}

async function blockOneBatch(
  { backbone, points }: Instance,
  rival: Connection,
  block: (rival: Connection) => Promise<() => Promise<void>>,
): Promise<void> {
  await rival.query('START TRANSACTION');
  let consequence: (() => Promise<void>) | undefined;
  const blocked = points.arm({
    when: 'after',
    statement: WRITES_TALLY,
    within: CLAIMS,
    run: async () => {
      consequence = await block(rival);
    },
  });
  const rolledBack = points.arm({ when: 'after', statement: ROLLBACK, within: WRITES_TALLY });
  const aggregateId = newId();
  await recordNoted(backbone, [
    { aggregateId, mood: 'plain' },
    { aggregateId, mood: 'plain' },
  ]);
  await blocked;
  await rolledBack;
  await consequence?.();
  await rival.query('ROLLBACK');
  await backbone.settled();
}

/** Counts each event in both rows, in two statements, between which a transaction can be caught. */
const tally = defineConsumer({
  name: 'keep',
  lane: 'keep',
  on: [noted],
  ordering: 'commutative',
  handle: async (tx, events) => {
    for (const { payload } of events) await insertEffect(tx, payload.eventId);
    for (const id of [FIRST, SECOND]) {
      await tx.write('UPDATE fault_tally SET events = events + ? WHERE id = ?', [
        events.length,
        idToBytes(id),
      ]);
    }
    recordEvents(
      tx,
      ...events.map(({ aggregateId, payload: { eventId } }) =>
        echoed.of(aggregateId, 1, { eventId }),
      ),
    );
  },
});

async function insertEffect(tx: Transaction, eventId: Id): Promise<void> {
  await tx.write(`INSERT INTO fault_effects (consumer, event_id) VALUES ('keep', ?)`, [
    idToBytes(eventId),
  ]);
}

async function createTally({ database }: Rig): Promise<void> {
  await database.write('CREATE TABLE fault_ballast (n INT NOT NULL)');
  await database.write('CREATE TABLE fault_tally (id BINARY(16) PRIMARY KEY, events INT NOT NULL)');
  await database.write('INSERT INTO fault_tally VALUES (?, 0), (?, 0)', [
    idToBytes(FIRST),
    idToBytes(SECOND),
  ]);
}

async function readTally({ database }: Rig): Promise<number[]> {
  const rows = await database.select<{ events: number }>('SELECT events FROM fault_tally');
  return rows.map((row) => row.events);
}
