import { and, desc, eq, lt } from 'drizzle-orm';
import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../../platform/database/bulk.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, idToBytes, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { walletEntries, wallets } from '../user.tables.ts';
import type { Funds, WalletEntryKind } from './wallet.rules.ts';

export type Wallet = { memberId: Id } & Funds;

const WALLET_COLUMNS = { member_id: 'id', paid_amount: 'bigint', free_amount: 'bigint' } as const;

export async function insertWallets(tx: Transaction, rows: readonly Wallet[]): Promise<void> {
  await tx.write(
    `INSERT INTO user_wallets (member_id, paid_amount, free_amount)
     SELECT UNHEX(w.member_id), w.paid_amount, w.free_amount
     FROM ${bulkRows('w', WALLET_COLUMNS)}`,
    [walletRows(rows)],
  );
}

export async function findWallet(database: Database, memberId: Id): Promise<Wallet | undefined> {
  const [row] = await database.orm.select().from(wallets).where(eq(wallets.memberId, memberId));
  return row;
}

/** Locks wallets, in the order of their members' ids. */
export async function lockWallets(
  tx: Transaction,
  memberIds: readonly Id[],
): Promise<Map<Id, Wallet>> {
  if (memberIds.length === 0) return new Map();
  const rows = await tx.select<{ memberId: Buffer; paidAmount: Krw; freeAmount: Krw }>(
    `SELECT w.member_id AS memberId, w.paid_amount AS paidAmount, w.free_amount AS freeAmount
     FROM ${bulkRows('wanted', { member_id: 'id' })}
     STRAIGHT_JOIN user_wallets AS w FORCE INDEX (PRIMARY) ON w.member_id = UNHEX(wanted.member_id)
     FOR UPDATE`,
    [idsInLockOrder(memberIds)],
  );
  return new Map(
    rows.map((row) => {
      const memberId = idFromBytes(row.memberId);
      return [memberId, { ...row, memberId }];
    }),
  );
}

/** Writes the balances of wallets that this transaction has locked. */
export async function updateWallets(tx: Transaction, changed: readonly Wallet[]): Promise<void> {
  await tx.write(
    `UPDATE ${bulkRows('changed', WALLET_COLUMNS)}
     STRAIGHT_JOIN user_wallets AS w FORCE INDEX (PRIMARY) ON w.member_id = UNHEX(changed.member_id)
     SET w.paid_amount = changed.paid_amount, w.free_amount = changed.free_amount`,
    [walletRows(changed)],
  );
}

function walletRows(rows: readonly Wallet[]): string {
  return bulkParameter(rows.map((w) => [hex(w.memberId), w.paidAmount, w.freeAmount]));
}

/** Puts free money into a member's wallet; false when there is no such wallet. */
export async function addFreeMoney(tx: Transaction, memberId: Id, amount: Krw): Promise<boolean> {
  const matched = await tx.write(
    'UPDATE user_wallets SET free_amount = free_amount + ? WHERE member_id = ?',
    [amount, idToBytes(memberId)],
  );
  return matched === 1;
}

export type NewWalletEntry = Wallet & {
  id: Id;
  kind: WalletEntryKind;
  orderId: Id | null;
  reason: string | null;
};

export async function insertEntries(
  tx: Transaction,
  entries: readonly NewWalletEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await tx.write(
    `INSERT INTO user_wallet_entries
       (id, member_id, kind, paid_amount, free_amount, order_id, reason)
     SELECT UNHEX(e.id), UNHEX(e.member_id), e.kind, e.paid_amount, e.free_amount,
            UNHEX(e.order_id), e.reason
     FROM ${bulkRows('e', {
       id: 'id',
       member_id: 'id',
       kind: 'varchar',
       paid_amount: 'bigint',
       free_amount: 'bigint',
       order_id: 'id',
       reason: 'varchar',
     })}`,
    [
      bulkParameter(
        entries.map((e) => [
          hex(e.id),
          hex(e.memberId),
          e.kind,
          e.paidAmount,
          e.freeAmount,
          e.orderId === null ? null : hex(e.orderId),
          e.reason,
        ]),
      ),
    ],
  );
}

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
