import { expect } from 'vitest';
import { idFromBytes, type Id } from '../../src/platform/ids/id.ts';
import { eventually } from './eventually.ts';
import { auditLedger } from './ledger.ts';
import type { PayingShop, Provider } from './paying.ts';
import { sum } from './payment-providers/ledger.ts';

/**
 * Waits until nothing is under way, adds everything up, and compares the providers' own books with
 * what the shop believes: what was charged and not given back, of every order that ever had a payment.
 */
export async function auditPayments(shop: PayingShop): Promise<void> {
  await eventually(async () => {
    await shop.app.backbone.settled();
    expect(await unfinished(shop)).toEqual({ parked: 0, refundsDue: 0 });
    await auditLedger(shop);
    const orders = await readBelieved(shop);
    const books = orders.map(({ orderId, method }) => {
      const { charged, cancelled, charges } = shop[method].ledger.ofOrder(orderId);
      return { orderId, method, kept: charged - cancelled, isChargedTwice: charges > 1 };
    });
    expect(books).toEqual(orders.map((order) => ({ ...order, isChargedTwice: false })));
  });
  // Nothing was charged for an order that the shop does not know of.
  const kept = [shop.toss, shop.kakaopay].map(({ ledger }) => {
    const { charged, cancelled } = ledger.audit();
    return charged - cancelled;
  });
  const believed = (await readBelieved(shop)).map((order) => order.kept);
  expect(sum(kept)).toBe(sum(believed));
}

type Believed = { orderId: Id; method: Provider; kept: number };

async function readBelieved({ database }: PayingShop): Promise<Believed[]> {
  const rows = await database.select<{ id: Buffer; method: Provider; kept: number }>(
    `SELECT id, payment_method AS method,
            IF(paid_at IS NULL, 0, total_amount - refunded_amount) AS kept
     FROM order_orders WHERE payment_method <> 'wallet' ORDER BY id`,
  );
  return rows.map(({ id, method, kept }) => ({ orderId: idFromBytes(id), method, kept }));
}

async function unfinished({ database }: PayingShop) {
  const [row] = await database.select<{ parked: number; refundsDue: number }>(
    `SELECT (SELECT COUNT(*) FROM platform_parked_event) AS parked,
            (SELECT COUNT(*) FROM order_refunds WHERE state = 'due') AS refundsDue`,
  );
  return row;
}
