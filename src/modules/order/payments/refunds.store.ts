import { and, asc, desc, eq, inArray, lt, lte, sql } from 'drizzle-orm';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { payments, refunds } from '../order.tables.ts';
import type { PaymentProvider } from './payments.rules.ts';
import type { RefundRow } from './payments.store.ts';
import { keptTaxParts } from './refund-tax-parts.rules.ts';
import type { RefundState, Unbooked } from './refunds.rules.ts';

/** Refunds that a provider is to be asked for by now, the longest due first. */
export async function readRefundsToAsk(
  database: Database,
  now: Date,
  limit: number,
): Promise<Id[]> {
  const rows = await database.orm
    .select({ id: refunds.id })
    .from(refunds)
    .where(lte(refunds.nextAskAt, now))
    .orderBy(refunds.nextAskAt)
    .limit(limit);
  return rows.map(({ id }) => id);
}

/**
 * Takes the next question for a refund upon oneself, and notes when it is to be asked for again if
 * this one leads nowhere. Returns false when somebody else was faster, or it is not due any more.
 */
export async function claimRefund(
  database: Database,
  { id, asks }: Pick<RefundRow, 'id' | 'asks'>,
  nextAskAt: Date,
): Promise<boolean> {
  const [result] = await database.orm
    .update(refunds)
    .set({ asks: asks + 1, nextAskAt })
    .where(and(eq(refunds.id, id), eq(refunds.state, 'due'), eq(refunds.asks, asks)));
  return result.affectedRows === 1;
}

/** Has a refund that is due asked for at once. */
export async function askForRefundSoon(database: Database, id: Id, now: Date): Promise<void> {
  await database.orm
    .update(refunds)
    .set({ nextAskAt: now })
    .where(and(eq(refunds.id, id), eq(refunds.state, 'due')));
}

/** Notes a refusal for good, unless the refund has changed since. Returns whether it was noted. */
export async function markRefused(
  database: Database,
  { id, amount }: Pick<RefundRow, 'id' | 'amount'>,
  refusalCode: string | null,
): Promise<boolean> {
  const [result] = await database.orm
    .update(refunds)
    .set({ state: 'refused', refusalCode, nextAskAt: null, awaitsStaff: 1 })
    .where(and(eq(refunds.id, id), eq(refunds.state, 'due'), eq(refunds.amount, amount)));
  return result.affectedRows === 1;
}

/** The refunds of a payment whose row is locked, oldest first. */
export async function readRefundsOf(tx: Transaction, paymentId: Id): Promise<RefundRow[]> {
  return tx.orm
    .select()
    .from(refunds)
    .where(eq(refunds.paymentId, paymentId))
    .orderBy(asc(refunds.id))
    .for('update');
}

/** Writes into the books of a locked payment what its provider gave back without the shop. */
export async function bookGivenBack(
  tx: Transaction,
  { paymentId, orderId }: { paymentId: Id; orderId: Id },
  { covered, shrunk, recordedAmount }: Unbooked,
  { recordId, reason, now }: { recordId: Id; reason: string; now: Date },
): Promise<void> {
  const settled = { means: 'console', state: 'done', doneAt: now, nextAskAt: null } as const;
  if (covered.length > 0) {
    await tx.orm
      .update(refunds)
      .set({ ...settled, awaitsStaff: 0 })
      .where(inArray(refunds.id, [...covered]));
  }
  let change: Krw = recordedAmount;
  for (const { id, amount } of shrunk) {
    const [before] = await tx.orm.select().from(refunds).where(eq(refunds.id, id));
    if (!before) throw new Error(`the refund ${id} is not there`);
    change -= before.amount - amount;
    // Its tax parts were those of the whole: the provider's record decides about the rest.
    const parts = keptTaxParts(null);
    await tx.orm
      .update(refunds)
      .set({ amount, ...parts })
      .where(eq(refunds.id, id));
  }
  await tx.orm
    .update(payments)
    .set({ refundedAmount: sql`${payments.refundedAmount} + ${change}` })
    .where(eq(payments.id, paymentId));
  if (recordedAmount === 0) return;
  await tx.orm.insert(refunds).values({
    id: recordId,
    paymentId,
    orderId,
    amount: recordedAmount,
    reason,
    ...settled,
    awaitsStaff: 1,
  });
}

/** Locks a refund and gives it. */
export async function lockRefund(tx: Transaction, id: Id): Promise<RefundRow | undefined> {
  const [row] = await tx.orm.select().from(refunds).where(eq(refunds.id, id)).for('update');
  return row;
}

/** Writes what has changed of a refund that is locked. */
export async function updateRefund(
  tx: Transaction,
  id: Id,
  changes: Partial<RefundRow>,
): Promise<void> {
  await tx.orm.update(refunds).set(changes).where(eq(refunds.id, id));
}

export type RefundFilter = {
  state: RefundState | undefined;
  awaitsStaff: boolean | undefined;
  limit: number;
  beforeId: Id | undefined;
};

/** A refund as staff see it. */
export type ListedRefund = { refund: RefundRow; provider: PaymentProvider };

export async function findListedRefund(
  database: Database,
  id: Id,
): Promise<ListedRefund | undefined> {
  const [found] = await listed(database).where(eq(refunds.id, id));
  return found;
}

/** Refunds, newest first; `beforeId` continues after that one. */
export async function listRefunds(
  database: Database,
  { state, awaitsStaff, limit, beforeId }: RefundFilter,
): Promise<ListedRefund[]> {
  return listed(database)
    .where(
      and(
        state === undefined ? undefined : eq(refunds.state, state),
        awaitsStaff === undefined ? undefined : eq(refunds.awaitsStaff, awaitsStaff ? 1 : 0),
        beforeId === undefined ? undefined : lt(refunds.id, beforeId),
      ),
    )
    .orderBy(desc(refunds.id))
    .limit(limit);
}

function listed(database: Database) {
  return database.orm
    .select({ refund: refunds, provider: payments.provider })
    .from(refunds)
    .innerJoin(payments, eq(payments.id, refunds.paymentId));
}

export type RefundBacklog = { state: RefundState; refunds: number; oldestAgeSeconds: number };

/** How many refunds are not done, and since when the oldest of them is not. */
export async function readRefundBacklog(database: Database): Promise<RefundBacklog[]> {
  return database.select<RefundBacklog>(
    `SELECT state, COUNT(*) AS refunds,
            TIMESTAMPDIFF(MICROSECOND, MIN(created_at), CURRENT_TIMESTAMP(3)) / 1e6
              AS oldestAgeSeconds
     FROM order_refunds WHERE state IN ('due', 'refused') GROUP BY state`,
  );
}
