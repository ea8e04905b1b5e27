import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertInto } from '../../../src/platform/database/insert-into.ts';
import { runTransaction } from '../../../src/platform/database/run-transaction.ts';
import { isDuplicateKey } from '../../../src/platform/database/sql-error.ts';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { idFromBytes, idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
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

type Row = { id: Id; lines: string; amount: number; happenedAt: Date | null };

const columns = {
  id: (row: Row) => idToBytes(row.id),
  lines: (row: Row) => row.lines,
  amount: (row: Row) => row.amount,
  happened_at: (row: Row) => row.happenedAt,
};
const insertRows = insertInto<Row>('test_rows', columns);
const addAmounts = insertInto<Row>(
  'test_rows',
  columns,
  'amount = amount + VALUES(amount), happened_at = VALUES(happened_at)',
);

const run = <T>(body: (tx: Transaction) => Promise<T>) =>
  runTransaction(rig.database.transactionPool, body);

const someRows = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    id: newId(),
    lines: `'${index}'; -- \\ ? 가방`,
    amount: index % 2 === 0 ? -1 - index : Number.MAX_SAFE_INTEGER - index,
    happenedAt: index % 3 === 0 ? null : new Date(1_795_600_000_000 + index),
  }));

async function stored(): Promise<Row[]> {
  const rows = await rig.database.select<Omit<Row, 'id'> & { id: Buffer }>(
    'SELECT id, `lines`, amount, happened_at AS happenedAt FROM test_rows ORDER BY position',
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
      tx.write = (sql, values) => {
        statements.add(sql);
        written += 1;
        return write(sql, values);
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
});
