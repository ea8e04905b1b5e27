import type { Transaction } from '../../../platform/database/transaction.ts';
import { readPaymentWindows } from '../flash-sales/flash-sales.store.ts';
import type { OpenOrder } from './answers.store.ts';

/**
 * Until when orders that are decided now wait for their payment: those of a flash sale for as long as
 * the sale says. Nothing is read when there are none.
 */
export async function readDueTimes(
  tx: Transaction,
  orders: Iterable<OpenOrder>,
  usual: { now: Date; paymentWindowMs: number },
): Promise<(order: OpenOrder) => Date> {
  const flashSaleIds = new Set([...orders].flatMap(({ flashSaleId }) => flashSaleId ?? []));
  const windows = await readPaymentWindows(tx, [...flashSaleIds]);
  return ({ flashSaleId }) => {
    const windowMs = flashSaleId === null ? undefined : windows.get(flashSaleId);
    return new Date(usual.now.getTime() + (windowMs ?? usual.paymentWindowMs));
  };
}
