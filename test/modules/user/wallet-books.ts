import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { createShopper } from '../../support/factories.ts';
import type { TestShop } from '../../support/start-shop.ts';

export type Funds = { paidAmount: number; freeAmount: number };

const FAR = new Date('2099-01-01T00:00:00.000Z');

/** Looks into what a shop has booked of members' money and points, and books what nothing sells. */
export function booksOf({ database }: Pick<TestShop, 'database'>) {
  const books = {
    async fundsOf(memberId: Id): Promise<Funds | undefined> {
      const [row] = await database.select<Funds>(
        `SELECT paid_amount AS paidAmount, free_amount AS freeAmount
         FROM user_wallets WHERE member_id = ?`,
        [idToBytes(memberId)],
      );
      return row;
    },

    /** What is left of each of a member's lots, oldest first. */
    async lotsOf(memberId: Id): Promise<number[]> {
      const rows = await database.select<{ remainingAmount: number }>(
        `SELECT remaining_amount AS remainingAmount
         FROM user_point_lots WHERE member_id = ? ORDER BY id`,
        [idToBytes(memberId)],
      );
      return rows.map((row) => row.remainingAmount);
    },

    async holdOf(orderId: Id) {
      const [row] = await database.select<
        { state: string; pointsAmount: number; refunded: number; refundedPoints: number } & Funds
      >(
        `SELECT state, paid_amount AS paidAmount, free_amount AS freeAmount,
                points_amount AS pointsAmount, refunded_amount AS refunded,
                refunded_points_amount AS refundedPoints
         FROM user_funds_holds WHERE order_id = ?`,
        [idToBytes(orderId)],
      );
      return row;
    },

    /** The lots that a hold remembers; null when it has no points. */
    async heldLotsOf(orderId: Id): Promise<[Id, number][] | null> {
      const [row] = await database.select<{ lots: string | null }>(
        'SELECT point_lots AS lots FROM user_funds_holds WHERE order_id = ?',
        [idToBytes(orderId)],
      );
      return JSON.parse(row?.lots ?? 'null');
    },

    /** The pay money that was booked for an order, in the order in which it happened. */
    entriesOf: (orderId: Id) =>
      database.select<{ kind: string } & Funds>(
        `SELECT kind, paid_amount AS paidAmount, free_amount AS freeAmount
         FROM user_wallet_entries WHERE order_id = ? ORDER BY id`,
        [idToBytes(orderId)],
      ),

    /** The same of points. */
    pointEntriesOf: (orderId: Id) =>
      database.select<{ kind: string; amount: number }>(
        'SELECT kind, amount FROM user_point_entries WHERE order_id = ? ORDER BY id',
        [idToBytes(orderId)],
      ),

    /** Gives a member points as a lot of their own, and gives the lot's id. */
    async addLot(memberId: Id, amount: number, expiresAt = FAR): Promise<Id> {
      const id = newId();
      const bytes = [idToBytes(id), idToBytes(memberId)];
      await database.write(
        `INSERT INTO user_point_lots
           (id, member_id, granted_amount, remaining_amount, expires_at)
         VALUES (?, ?, ?, ?, ?)`,
        [...bytes, amount, amount, expiresAt],
      );
      await database.write(
        `INSERT INTO user_point_entries (id, member_id, kind, amount, expires_at)
         VALUES (?, ?, 'grant', ?, ?)`,
        [...bytes, amount, expiresAt],
      );
      return id;
    },

    /** Everything that a member can spend, expired or not. */
    balanceOf: async (memberId: Id) => ({
      ...(await books.fundsOf(memberId)),
      lots: await books.lotsOf(memberId),
    }),
  };
  return books;
}

/**
 * A member whose wallet holds both kinds of money, and who has points in lots of these amounts.
 * Nothing sells paid money yet: it is booked here.
 */
export async function createPayer(
  shop: TestShop,
  funds: Funds & { lots?: readonly number[] },
): Promise<Id> {
  const { id } = await createShopper(shop, funds.freeAmount);
  const bytes = idToBytes(id);
  await shop.database.write('UPDATE user_wallets SET paid_amount = ? WHERE member_id = ?', [
    funds.paidAmount,
    bytes,
  ]);
  await shop.database.write(
    `INSERT INTO user_wallet_entries (id, member_id, kind, paid_amount, free_amount)
     VALUES (?, ?, 'grant', ?, 0)`,
    [idToBytes(newId()), bytes, funds.paidAmount],
  );
  for (const amount of funds.lots ?? []) {
    // One after the other: the order of the lots is the order of their ids.
    await booksOf(shop).addLot(id, amount);
  }
  return id;
}
