import { Type } from 'typebox';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineConsumer } from '../../../src/platform/events/consumer.ts';
import { defineEvent } from '../../../src/platform/events/define-event.ts';
import { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import { listDeadLetters } from '../../../src/platform/events/operations.store.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { eventually } from '../../support/eventually.ts';
import { createBackboneRig, TIMING } from '../../support/start-backbone.ts';

const noted = defineEvent('test.noted', Type.Object({}));
const SECRET = 'pay-key-8842';

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
let lines: string[];
let backbone: EventBackbone | undefined;
beforeEach(async () => {
  rig = await createBackboneRig();
  lines = [];
});
afterEach(async () => {
  await backbone?.stop();
  backbone = undefined;
  await rig.close();
});

/** Statements that fail with a value in them, by each way to the database. */
const FAILURES: [string, (tx: Transaction) => Promise<unknown>][] = [
  [
    'a duplicate through drizzle',
    async (tx) => {
      const insert = sql`INSERT INTO platform_consumer (name) VALUES (${SECRET})`;
      await tx.orm.execute(insert);
      await tx.orm.execute(insert);
    },
  ],
  [
    'a wrong value through drizzle',
    (tx) =>
      tx.orm.execute(
        sql`INSERT INTO test_effects (id, consumer, note) VALUES (${SECRET}, 'a', 'b')`,
      ),
  ],
  [
    'a duplicate of a prepared statement',
    async (tx) => {
      await tx.write('INSERT INTO platform_consumer (name) VALUES (?)', [SECRET]);
      await tx.write('INSERT INTO platform_consumer (name) VALUES (?)', [SECRET]);
    },
  ],
  ['a syntax error with a value', (tx) => tx.orm.execute(sql`SELEKT ${SECRET}`)],
];

async function failWith(fail: (tx: Transaction) => Promise<unknown>): Promise<void> {
  const log = createLogger('debug', { write: (line) => void lines.push(line) });
  backbone = new EventBackbone(rig.database, TIMING, log);
  await backbone.start([
    defineConsumer({
      name: 'failing',
      lane: 'failing',
      on: [noted],
      ordering: 'commutative',
      handle: async (tx) => void (await fail(tx)),
    }),
  ]);
  await backbone.inTransaction(async (tx) => recordEvents(tx, noted.of(newId(), 1, {})));
  await backbone.settled();
  // The next attempt is the last one.
  await rig.database.write(
    'UPDATE platform_parked_event SET attempts = 9, next_try_at = CURRENT_TIMESTAMP(3)',
  );
}

describe.each(FAILURES)('%s', (_, fail) => {
  it('leaves its value in no line of the log and in no dead letter', async () => {
    await failWith(fail);
    const [letter] = await eventually(async () => {
      const letters = await listDeadLetters(rig.database, {
        consumer: undefined,
        limit: 10,
        beforeId: undefined,
      });
      expect(letters).toHaveLength(1);
      expect(lines.join('')).toContain('dead letter now');
      return letters;
    });
    expect(letter?.error).toMatch(/Error: /);
    expect(letter?.error).not.toContain(SECRET);
    const logged = lines.filter((line) => line.includes('failing'));
    expect(logged.length).toBeGreaterThan(1);
    expect(lines.join('')).not.toContain(SECRET);
  });
});
