import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTransaction } from '../../../src/platform/database/run-transaction.ts';
import { isConnectionLost, isDuplicateKey } from '../../../src/platform/database/sql-error.ts';
import type { Transaction } from '../../../src/platform/database/transaction.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createBackboneRig, effectsOf } from '../../support/start-backbone.ts';

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
beforeEach(async () => {
  rig = await createBackboneRig();
});
afterEach(() => rig.close());

const run = <T>(body: (tx: Transaction) => Promise<T>) =>
  runTransaction(rig.database.transactionPool, body);

const insert = (tx: Transaction, note: string) =>
  tx.write('INSERT INTO test_effects (consumer, note) VALUES (?, ?)', ['p', note]);

const count = async (tx: Transaction) => {
  const [row] = await tx.select<{ rows: number }>('SELECT COUNT(*) AS `rows` FROM test_effects');
  return row?.rows;
};

describe('statements that do not wait for each other', () => {
  it('run in the order in which they were begun, and each gets its own answer', async () => {
    for (let round = 0; round < 20; round += 1) {
      const answers = await run(async (tx) => {
        const before = count(tx);
        const pairs = Array.from({ length: 30 }, (_, index) => [
          insert(tx, `${round} ${index}`),
          count(tx),
        ]);
        return Promise.all([before, ...pairs.flat()]);
      });
      const start = round * 30;
      const expected = Array.from({ length: 30 }, (_, index) => [1, start + index + 1]);
      expect(answers).toEqual([start, ...expected.flat()]);
    }
  });

  it('may be prepared for the first time in between', async () => {
    const answers = await run((tx) =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          tx.select<{ value: number }>(`SELECT ? + ${index} AS value`, [index % 2]),
        ),
      ),
    );
    expect(answers.map(([row]) => Number(row?.value))).toEqual(
      Array.from({ length: 20 }, (_, index) => (index % 2) + index),
    );
  });

  it('carry rows larger than a packet of the connection', async () => {
    const large = 'x'.repeat(5_000_000);
    const [size, , rows] = await run((tx) =>
      Promise.all([
        tx.select<{ size: number }>('SELECT LENGTH(?) AS size', [large]),
        insert(tx, 'small'),
        tx.select<{ text: string }>('SELECT ? AS text', [large]),
      ]),
    );
    expect(size[0]?.size).toBe(large.length);
    expect(rows[0]?.text).toBe(large);
  });

  it('go out before the one in front is answered', async () => {
    const { pool, transactionPool } = rig.database;
    const holder = await pool.getConnection();
    const connection = await transactionPool.getConnection();
    const lock = `seonchak_test_${newId()}`;
    try {
      // Prepared on this connection, as they are after their first use.
      await connection.execute('SELECT GET_LOCK(?, 30) AS got', [`${lock} other`]);
      await connection.execute('SELECT LENGTH(?) AS size', ['']);
      await holder.query('SELECT GET_LOCK(?, 30)', [lock]);
      const { stream } = connection.connection as unknown as { stream: Socket };
      const sentBefore = stream.bytesWritten;
      const first = connection.execute('SELECT GET_LOCK(?, 30) AS got', [lock]);
      const second = connection.execute('SELECT LENGTH(?) AS size', ['x'.repeat(100_000)]);
      await eventually(() => expect(stream.bytesWritten - sentBefore).toBeGreaterThan(100_000));
      await holder.query('SELECT RELEASE_LOCK(?)', [lock]);
      expect((await first)[0]).toEqual([{ got: 1 }]);
      expect((await second)[0]).toEqual([{ size: 100_000 }]);
      await connection.query('DO RELEASE_ALL_LOCKS()');
    } finally {
      holder.release();
      connection.release();
    }
  });

  it('leave nothing when one of them fails, whichever it is', async () => {
    for (const place of [0, 3, 6]) {
      const failing = run(async (tx) => {
        for (let index = 0; index < 7; index += 1) {
          tx.later(
            index === place
              ? tx.write(`INSERT INTO platform_instance (id) VALUES (?), (?)`, ['a', 'a'])
              : insert(tx, `${index}`),
          );
        }
      });
      await expect(failing).rejects.toSatisfy((error) => isDuplicateKey(error));
    }
    expect(await effectsOf(rig.database, 'p')).toEqual([]);
    // The connection is in order again.
    await run((tx) => Promise.all([insert(tx, 'one'), insert(tx, 'two')]));
    expect(await effectsOf(rig.database, 'p')).toEqual(['one', 'two']);
  });

  it('all fail when the connection is cut, and no later transaction notices', async () => {
    const cut = run(async (tx) => {
      const [row] = await tx.select<{ id: number }>('SELECT CONNECTION_ID() AS id');
      const waiting = [tx.select('SELECT SLEEP(5)'), insert(tx, 'lost'), count(tx)];
      const over = Promise.allSettled(waiting);
      await rig.database.write(`KILL ${Number(row?.id)}`).catch(() => undefined);
      const ends = await over;
      expect(ends.map(({ status }) => status)).toContain('rejected');
      return Promise.all(waiting);
    });
    await expect(cut).rejects.toSatisfy((error) => isConnectionLost(error));
    await run((tx) => insert(tx, 'after'));
    expect(await effectsOf(rig.database, 'p')).toEqual(['after']);
  });
});

describe('work that is left for later', () => {
  it('is done before the commit, and its error comes before what followed from it', async () => {
    const failing = run(async (tx) => {
      tx.later(Promise.reject(new Error('the cause')));
      await insert(tx, 'consequence');
      throw new Error('the consequence');
    });
    await expect(failing).rejects.toThrow('the cause');
    expect(await effectsOf(rig.database, 'p')).toEqual([]);
  });

  it('fails only its savepoint', async () => {
    await run(async (tx) => {
      tx.later(insert(tx, 'before'));
      const part = tx.savepoint(async () => {
        tx.later(insert(tx, 'undone'));
        tx.atEnd(() => tx.later(Promise.reject(new Error('at its end'))));
      });
      await expect(part).rejects.toThrow('at its end');
      tx.later(insert(tx, 'behind'));
    });
    expect(await effectsOf(rig.database, 'p')).toEqual(['before', 'behind']);
  });

  it('is refused once the transaction is over', async () => {
    let late: Transaction | undefined;
    await expect(
      run(async (tx) => {
        late = tx;
        throw new Error('over');
      }),
    ).rejects.toThrow('over');
    await expect(late && insert(late, 'late')).rejects.toThrow(/takes no further statement/);
  });
});

describe('a unit of a transaction', () => {
  it('writes at its end what was left for it, and nothing of a unit that failed', async () => {
    await run(async (tx) => {
      await tx.inUnit(async () => {
        tx.atEnd(() => tx.later(insert(tx, 'at the end')));
        await insert(tx, 'first');
      });
      await expect(
        tx.inUnit(async () => {
          tx.atEnd(() => tx.later(insert(tx, 'never')));
          throw new Error('given up');
        }),
      ).rejects.toThrow('given up');
    });
    expect(await effectsOf(rig.database, 'p')).toEqual(['first', 'at the end']);
  });
});
