import { and, desc, eq, lt } from 'drizzle-orm';
import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { forUpdateOf, hotStatement } from '../../../platform/database/hot-statements.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, idToBytes, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { walletEntries, wallets } from '../user.tables.ts';
import type { Funds, WalletEntryKind } from './wallet.rules.ts';

export type Wallet = { memberId: Id } & Funds;

export const insertWallets = insertInto(wallets);

export async function findWallet(database: Database, memberId: Id): Promise<Wallet | undefined> {
  const [row] = await database.orm.select().from(wallets).where(eq(wallets.memberId, memberId));
  return row;
}

const LOCK_WALLETS = hotStatement(`
  SELECT w.member_id AS memberId, w.paid_amount AS paidAmount, w.free_amount AS freeAmount
  FROM ${bulkRows('wanted', { member_id: 'id' })}
  STRAIGHT_JOIN user_wallets AS w FORCE INDEX (PRIMARY) ON w.member_id = UNHEX(wanted.member_id)
  ${forUpdateOf('w')}`);

/** Locks wallets, in the order of their members' ids. */
export async function lockWallets(
  tx: Transaction,
  memberIds: readonly Id[],
): Promise<Map<Id, Wallet>> {
  if (memberIds.length === 0) return new Map();
  const rows = await tx.select<{ memberId: Buffer; paidAmount: Krw; freeAmount: Krw }>(
    LOCK_WALLETS,
    [idsInLockOrder(memberIds)],
  );
  return new Map(
    rows.map((row) => {
      const memberId = idFromBytes(row.memberId);
      return [memberId, { ...row, memberId }];
    }),
  );
}

const UPDATE_WALLETS = hotStatement(`
  UPDATE ${bulkRows('changed', {
    member_id: 'id',
    paid_amount: 'bigint',
    free_amount: 'bigint',
  })}
   STRAIGHT_JOIN user_wallets AS w FORCE INDEX (PRIMARY) ON w.member_id = UNHEX(changed.member_id)
   SET w.paid_amount = changed.paid_amount, w.free_amount = changed.free_amount`);

/** Writes the balances of wallets that this transaction has locked. */
export async function updateWallets(tx: Transaction, changed: readonly Wallet[]): Promise<void> {
  await tx.write(UPDATE_WALLETS, [
    bulkParameter(changed.map((w) => [hex(w.memberId), w.paidAmount, w.freeAmount])),
  ]);
}

/** Puts free money into a member's wallet that this transaction has locked. */
export async function addFreeMoney(tx: Transaction, memberId: Id, amount: Krw): Promise<void> {
  await tx.write('UPDATE user_wallets SET free_amount = free_amount + ? WHERE member_id = ?', [
    amount,
    idToBytes(memberId),
  ]);
}

export type NewWalletEntry = Wallet & {
  id: Id;
  kind: WalletEntryKind;
  orderId: Id | null;
  reason: string | null;
};

export const insertEntries = insertInto(walletEntries, { leftToDefault: ['createdAt'] });

export type WalletEntryRow = typeof walletEntries.$inferSelect;

export async function findEntry(database: Database, id: Id): Promise<WalletEntryRow | undefined> {
  const [row] = await database.orm.select().from(walletEntries).where(eq(walletEntries.id, id));
  return row;
}

/** A member's entries, newest first; `beforeId` continues after that one. */
export async function readEntries(
  database: Database,
  page: { memberId: Id; limit: number; beforeId: Id | undefined },
): Promise<WalletEntryRow[]> {
  return database.orm
    .select()
    .from(walletEntries)
    .where(
      and(
        eq(walletEntries.memberId, page.memberId),
        page.beforeId === undefined ? undefined : lt(walletEntries.id, page.beforeId),
      ),
    )
    .orderBy(desc(walletEntries.id))
    .limit(page.limit);
}
