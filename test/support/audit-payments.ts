import { expect } from 'vitest';
import { idFromBytes, type Id } from '../../src/platform/ids/id.ts';
import { eventually } from './eventually.ts';
import { auditLedger } from './ledger.ts';
import { letRefundsComeDue, type PayingShop, type Provider } from './paying.ts';
import { sum } from './payment-providers/ledger.ts';

/**
 * Waits until nothing is under way, adds everything up, and compares the providers' own books with
 * what the shop believes: what was charged and not given back, of every order that ever had a payment.
 * What was given back at a provider's console counts only where the shop has noticed it. No refund may
 * be due any more; refused ones are left to staff.
 */
export async function auditPayments(shop: PayingShop): Promise<void> {
  await eventually(async () => {
    await shop.app.backbone.settled();
    // The pauses between its questions are not what is tried here.
    await letRefundsComeDue(shop);
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
    `SELECT o.id, o.payment_method AS method,
            IF(p.state = 'paid', p.amount - COALESCE(r.amount, 0), 0) AS kept
     FROM order_orders AS o
     LEFT JOIN order_payments AS p ON p.order_id = o.id
     LEFT JOIN (
       SELECT payment_id, SUM(amount) AS amount FROM order_refunds
       WHERE state = 'done' AND means <> 'other' GROUP BY payment_id
     ) AS r ON r.payment_id = p.id
     WHERE o.payment_method <> 'wallet' ORDER BY o.id`,
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
