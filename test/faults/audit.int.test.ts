import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { idToBytes, newId } from '../../src/platform/ids/id.ts';
import { auditLedger } from './support/audit.ts';
import { createFaultDatabase, type FaultDatabase } from './support/fault-database.ts';

const AT_ONCE = { withinMs: 0 };
const AGGREGATE = idToBytes(newId());
const FIRST = idToBytes(newId());
const SECOND = idToBytes(newId());

const TABLES = [
  'fault_ledger',
  'fault_effects',
  'fault_counters',
  'platform_outbox',
  'platform_parked_event',
];

let rig: FaultDatabase;
beforeAll(async () => {
  rig = await createFaultDatabase(inject('databaseUrl'));
});
afterAll(() => rig.drop());

beforeEach(async () => {
  const { database } = rig;
  for (const table of TABLES) await database.write(`DELETE FROM ${table}`);
  for (const event of [FIRST, SECOND]) {
    await database.write(
      `INSERT INTO fault_ledger (event_id, aggregate_id, amount, mood) VALUES (?, ?, 10, 'plain')`,
      [event, AGGREGATE],
    );
    for (const consumer of ['keep', 'hear']) await addEffect(consumer, event);
  }
  await database.write('INSERT INTO fault_counters VALUES (?, 2, 20)', [AGGREGATE]);
});
async function addEffect(consumer: string, event: Buffer): Promise<void> {
  await rig.database.write('INSERT INTO fault_effects (consumer, event_id) VALUES (?, ?)', [
    consumer,
    event,
  ]);
}

/** An audit that sees nothing would find every run exact. */
describe('the audit', () => {
  it('passes a ledger that is exact, and counts its events', async () => {
    expect(await auditLedger(rig.database, AT_ONCE)).toBe(2);
  });

  it('refuses a ledger without events', async () => {
    for (const table of TABLES) await rig.database.write(`DELETE FROM ${table}`);
    await expect(auditLedger(rig.database, AT_ONCE)).rejects.toThrow('no events to lose');
  });

  it.each(['keep', 'hear'])('finds what was done twice by %s', async (consumer) => {
    await addEffect(consumer, SECOND);
    await expect(auditLedger(rig.database, AT_ONCE)).rejects.toThrow('OtherThanOnce: 1');
  });

  it.each(['keep', 'hear'])('finds what was never done by %s', async (consumer) => {
    await rig.database.write('DELETE FROM fault_effects WHERE consumer = ? AND event_id = ?', [
      consumer,
      FIRST,
    ]);
    await expect(auditLedger(rig.database, AT_ONCE)).rejects.toThrow('OtherThanOnce: 1');
  });

  it('finds effects of an event that was never committed', async () => {
    await addEffect('keep', idToBytes(newId()));
    await expect(auditLedger(rig.database, AT_ONCE)).rejects.toThrow('invented: 1');
  });

  it('finds a sum that is not that of the ledger', async () => {
    await rig.database.write('UPDATE fault_counters SET amount = amount + 1');
    await expect(auditLedger(rig.database, AT_ONCE)).rejects.toThrow('wrongSums: 1');
  });

  it('finds an envelope that waits, and an event that is parked', async () => {
    await rig.database.write(
      `INSERT INTO platform_outbox (id, owner_id, events, event_count) VALUES (?, ?, '[]', 0)`,
      [idToBytes(newId()), idToBytes(newId())],
    );
    await rig.database.write(
      `INSERT INTO platform_parked_event (id, consumer_id, envelope_id, position, event, attempts,
         error, state, next_try_at)
       VALUES (?, 1, ?, 0, '{}', 1, '', 'waiting', CURRENT_TIMESTAMP(3))`,
      [idToBytes(newId()), idToBytes(newId())],
    );
    await expect(auditLedger(rig.database, AT_ONCE)).rejects.toThrow(/undispatched: 1|parked: 1/);
  });
});
