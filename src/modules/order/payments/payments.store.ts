import { and, eq, inArray, lte, ne, sql } from 'drizzle-orm';
import type { Database } from '../../../platform/database/database.ts';
import { isDuplicateKey } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { payments, refunds } from '../order.tables.ts';
import { paymentAlreadyUsed } from './payments.errors.ts';
import type { PaymentProvider } from './payments.rules.ts';

export type PaymentRow = typeof payments.$inferSelect;
export type NewPayment = Omit<typeof payments.$inferInsert, 'createdAt'>;
export type RefundRow = typeof refunds.$inferSelect;

const PROVIDER_KEY = 'order_payments_provider_key';

/** Throws `payment_already_used` when another order is paid by the provider's same payment. */
export async function insertPayment(tx: Transaction, payment: NewPayment): Promise<void> {
  try {
    await tx.orm.insert(payments).values(payment);
  } catch (error) {
    throw isDuplicateKey(error, PROVIDER_KEY) ? paymentAlreadyUsed() : error;
  }
}

/** Locks the payment of an order; the order's row, where it is locked too, comes first. */
export async function lockPaymentOf(tx: Transaction, orderId: Id): Promise<PaymentRow | undefined> {
  const [row] = await tx.orm
    .select()
    .from(payments)
    .where(eq(payments.orderId, orderId))
    .for('update');
  return row;
}

/** Writes what has changed of a payment that is locked. */
export async function updatePayment(
  tx: Transaction,
  id: Id,
  changes: Partial<PaymentRow>,
): Promise<void> {
  await tx.orm.update(payments).set(changes).where(eq(payments.id, id));
}

export async function findPaymentOf(
  database: Database,
  orderId: Id,
): Promise<PaymentRow | undefined> {
  const [row] = await database.orm.select().from(payments).where(eq(payments.orderId, orderId));
  return row;
}

/** Payments about which the provider is to be asked by now, the longest due first. */
export async function readPaymentsToAsk(
  database: Database,
  now: Date,
  limit: number,
): Promise<PaymentRow[]> {
  return database.orm
    .select()
    .from(payments)
    .where(lte(payments.nextAskAt, now))
    .orderBy(payments.nextAskAt)
    .limit(limit);
}

/**
 * Takes the next question about a payment upon oneself, and notes when it is to be asked again if
 * this one leads nowhere. False when somebody else was faster, or the payment has moved on: what is
 * noted fits its state alone.
 */
export async function claimQuestion(
  database: Database,
  { id, state, asks }: Pick<PaymentRow, 'id' | 'state' | 'asks'>,
  nextAskAt: Date | null,
): Promise<boolean> {
  const [result] = await database.orm
    .update(payments)
    .set({ asks: asks + 1, nextAskAt })
    .where(and(eq(payments.id, id), eq(payments.state, state), eq(payments.asks, asks)));
  return result.affectedRows === 1;
}

/** Gives up on a payment of which the provider knows nothing, unless its answer came meanwhile. */
export async function abandonPayment(database: Database, id: Id): Promise<void> {
  await database.orm
    .update(payments)
    .set({ state: 'abandoned', nextAskAt: null })
    .where(and(eq(payments.id, id), inArray(payments.state, ['confirming', 'abandoned'])));
}

/**
 * Has the provider asked about a payment at once, unless its answer is final. @returns whether there
 * is such a payment
 */
export async function askSoon(
  database: Database,
  provider: PaymentProvider,
  providerKey: string,
  now: Date,
): Promise<boolean> {
  const [result] = await database.orm
    .update(payments)
    .set({ nextAskAt: now })
    .where(
      and(
        eq(payments.provider, provider),
        eq(payments.providerKey, providerKey),
        ne(payments.state, 'paid'),
        ne(payments.state, 'declined'),
      ),
    );
  return result.affectedRows > 0;
}

/** Has a paid payment compared with its provider's books at once. Returns whether there is such a one. */
export async function compareSoon(
  database: Database,
  provider: PaymentProvider,
  providerKey: string,
  now: Date,
): Promise<boolean> {
  const [result] = await database.orm
    .update(payments)
    .set({ nextComparisonAt: now })
    .where(
      and(
        eq(payments.provider, provider),
        eq(payments.providerKey, providerKey),
        eq(payments.state, 'paid'),
      ),
    );
  return result.affectedRows > 0;
}

/** Payments that are to be compared with their provider's books by now, the longest due first. */
export async function readPaymentsToCompare(
  database: Database,
  now: Date,
  limit: number,
): Promise<PaymentRow[]> {
  return database.orm
    .select()
    .from(payments)
    .where(lte(payments.nextComparisonAt, now))
    .orderBy(payments.nextComparisonAt)
    .limit(limit);
}

/** Takes a comparison upon oneself. Returns false when somebody else was faster. */
export async function claimComparison(
  database: Database,
  { id, nextComparisonAt }: PaymentRow,
  again: Date,
): Promise<boolean> {
  if (nextComparisonAt === null) return false;
  const [result] = await database.orm
    .update(payments)
    .set({ nextComparisonAt: again })
    .where(and(eq(payments.id, id), eq(payments.nextComparisonAt, nextComparisonAt)));
  return result.affectedRows === 1;
}

/** Notes when a payment is compared next, unless a webhook wants it sooner. */
export async function finishComparison(
  database: Database,
  id: Id,
  { claimed, next }: { claimed: Date; next: Date | null },
): Promise<void> {
  await database.orm
    .update(payments)
    .set({ nextComparisonAt: next })
    .where(and(eq(payments.id, id), eq(payments.nextComparisonAt, claimed)));
}

/** The event of its transaction has a refund asked for at once; if that one is lost, this does. */
const ASKED_WITHIN_SECONDS = 60;

/** Notes a refund that is due; the payment's row, which is locked, keeps the sum of all. */
export async function insertRefund(
  tx: Transaction,
  refund: Pick<
    RefundRow,
    'id' | 'paymentId' | 'orderId' | 'amount' | 'taxFreeAmount' | 'vatAmount' | 'reason'
  >,
): Promise<void> {
  await tx.orm
    .update(payments)
    .set({ refundedAmount: sql`${payments.refundedAmount} + ${refund.amount}` })
    .where(eq(payments.id, refund.paymentId));
  const nextAskAt = sql`CURRENT_TIMESTAMP(3) + INTERVAL ${ASKED_WITHIN_SECONDS} SECOND`;
  await tx.orm.insert(refunds).values({ ...refund, state: 'due', nextAskAt });
}

/** A refund with the payment that it belongs to. */
export async function findRefund(
  database: Database,
  id: Id,
): Promise<{ refund: RefundRow; payment: PaymentRow } | undefined> {
  const [row] = await database.orm
    .select({ refund: refunds, payment: payments })
    .from(refunds)
    .innerJoin(payments, eq(payments.id, refunds.paymentId))
    .where(eq(refunds.id, id));
  return row;
}

export async function markRefunded(database: Database, id: Id, doneAt: Date): Promise<void> {
  await database.orm
    .update(refunds)
    .set({ state: 'done', doneAt, nextAskAt: null })
    .where(and(eq(refunds.id, id), eq(refunds.state, 'due')));
}
