import { sql } from 'drizzle-orm';
import { bigint, int, mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { id, moment } from '../../../src/platform/database/columns.ts';
import { insertInto } from '../../../src/platform/database/insert-into.ts';
import { runTransaction } from '../../../src/platform/database/run-transaction.ts';
import { isDuplicateKey } from '../../../src/platform/database/sql-error.ts';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { idFromBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { createBackboneRig } from '../../support/start-backbone.ts';

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
beforeEach(async () => {
  rig = await createBackboneRig();
  await rig.database.pool.query(`
    CREATE TABLE test_rows (
      position INT AUTO_INCREMENT PRIMARY KEY, id BINARY(16) NOT NULL UNIQUE,
      \`lines\` VARCHAR(100) NOT NULL, amount BIGINT NOT NULL, happened_at DATETIME(3) NULL)`);
});
afterEach(() => rig.close());

const testRows = mysqlTable('test_rows', {
  position: int().autoincrement().primaryKey(),
  id: id().notNull(),
  words: varchar('lines', { length: 100 }).notNull(),
  amount: bigint({ mode: 'number' }).notNull(),
  happenedAt: moment('happened_at'),
  doubled: bigint({ mode: 'number' }).generatedAlwaysAs(sql`(amount * 2)`),
});

const insertRows = insertInto(testRows, { leftToDefault: ['position'] });
const addAmounts = insertInto(testRows, {
  leftToDefault: ['position'],
  onDuplicate: 'amount = amount + VALUES(amount), happened_at = VALUES(happened_at)',
});

type Row = { id: Id; words: string; amount: number; happenedAt: Date | null };

const run = <T>(body: (tx: Transaction) => Promise<T>) =>
  runTransaction(rig.database.transactionPool, body);

const someRows = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    id: newId(),
    words: `'${index}'; -- \\ ? 가방`,
    amount: index % 2 === 0 ? -1 - index : Number.MAX_SAFE_INTEGER - index,
    happenedAt: index % 3 === 0 ? null : new Date(1_795_600_000_000 + index),
  }));

async function stored(): Promise<Row[]> {
  const rows = await rig.database.select<Omit<Row, 'id'> & { id: Buffer }>(
    'SELECT id, `lines` AS words, amount, happened_at AS happenedAt FROM test_rows ORDER BY position',
  );
  return rows.map((row) => ({ ...row, id: idFromBytes(row.id) }));
}

describe('rows that are inserted together', () => {
  it.each([0, 1, 2, 5, 7, 63, 64, 65, 111, 300])(
    'are all there, as they are and in their order: %i of them',
    async (count) => {
      const rows = someRows(count);
      await run((tx) => insertRows(tx, rows));
      expect(await stored()).toEqual(rows);
    },
  );

  it('take few statements, so that a connection prepares few', async () => {
    const statements = new Set<string>();
    const counts = await run(async (tx) => {
      const write = tx.write.bind(tx);
      let written = 0;
      tx.write = (statement, values) => {
        statements.add(statement);
        written += 1;
        return write(statement, values);
      };
      const perBatch: number[] = [];
      for (let count = 1; count <= 64; count += 1) {
        written = 0;
        await insertRows(tx, someRows(count));
        perBatch.push(written);
      }
      return perBatch;
    });
    expect(statements.size).toBe(12);
    expect(Math.max(...counts)).toBeLessThanOrEqual(4);
  });

  it('are refused as a whole when one is there already, whichever statement it is in', async () => {
    const [first, ...others] = someRows(70);
    await run((tx) => insertRows(tx, [first!]));
    const again = run((tx) => insertRows(tx, [...others, first!]));
    await expect(again).rejects.toSatisfy(isDuplicateKey);
    expect(await stored()).toEqual([first]);
  });

  it('can say what becomes of those that are there', async () => {
    const [first, second] = someRows(2);
    const at = new Date('2026-11-26T00:00:00.007Z');
    await run((tx) => insertRows(tx, [{ ...first!, amount: 40 }]));
    const more = { ...first!, amount: 2, happenedAt: at };
    await run((tx) => addAmounts(tx, [second!, more]));
    expect(await stored()).toEqual([{ ...more, amount: 42 }, second]);
  });

  it('leave a transaction usable after a savepoint that they failed in', async () => {
    const [first, second, ...others] = someRows(200);
    await run(async (tx) => {
      await insertRows(tx, [first!, second!]);
      // Both the first and the last of several statements that are under way together fail.
      const failing = tx.savepoint(() => insertRows(tx, [first!, ...others, second!]));
      await expect(failing).rejects.toSatisfy(isDuplicateKey);
      await insertRows(tx, others);
    });
    expect(await stored()).toEqual([first, second, ...others]);
  });

  it('may have a moment as events write it', async () => {
    const [row] = someRows(1);
    const happenedAt = '2026-11-26T00:00:00.007Z';
    await run((tx) => insertRows(tx, [{ ...row!, happenedAt }]));
    expect(await stored()).toEqual([{ ...row, happenedAt: new Date(happenedAt) }]);
  });

  it('store an id that is in several rows, then another, in each as it is', async () => {
    const columns = mysqlTable('test_lines', { orderId: id('order_id').notNull(), other: id() });
    await rig.database.pool.query(
      'CREATE TABLE test_lines (order_id BINARY(16), other BINARY(16))',
    );
    const [a, b] = [newId(), newId()];
    const rows = [
      { orderId: a, other: null },
      { orderId: a, other: b },
      { orderId: b, other: b },
      { orderId: a, other: null },
    ];
    await run((tx) => insertInto(columns)(tx, rows));
    expect(await rig.database.orm.select().from(columns)).toEqual(rows);
  });

  it('cannot lose a column', async () => {
    const [row] = someRows(1);
    const { words: _, ...withoutWords } = row!;
    // @ts-expect-error a column is missing
    await expect(run((tx) => insertRows(tx, [withoutWords]))).rejects.toThrow(/undefined/);
    const { happenedAt: __, ...withoutMoment } = row!;
    // @ts-expect-error one that may be null is missing
    await expect(run((tx) => insertRows(tx, [withoutMoment]))).rejects.toThrow(/undefined/);
    // @ts-expect-error the row has a value for a column that is left to its default
    const given: Parameters<typeof insertRows>[1] = [{ ...row!, position: 7 }];
    expect(given).toHaveLength(1);
    // @ts-expect-error there is nothing that it could be left to
    expect(() => insertInto(testRows, { leftToDefault: ['amount'] })).toThrow('test_rows.amount');
    // @ts-expect-error no such column
    expect(() => insertInto(testRows, { leftToDefault: ['price'] })).toThrow('test_rows.price');
  });
});
