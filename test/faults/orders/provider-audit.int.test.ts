import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes } from '../../../src/platform/ids/id.ts';
import { startPayingShop, type PayingShop } from '../../support/paying.ts';
import { present } from '../support/fault.ts';
import { Diary } from '../support/shop-diary.ts';
import { ShopFront } from '../support/shop-front.ts';
import { openMarket } from '../support/shop-market.ts';
import { cancelOrder } from '../support/shop-orders.ts';
import { auditPayments } from '../support/shop-payments-audit.ts';
import { buyThrough, confirmPayment, PROVIDERS, type Approved } from '../support/shop-payments.ts';

/** The shop is at rest. */
const AT_ONCE = 0;

let shop: PayingShop;
let diary: Diary;
let orders: Approved[];
/** Undoes what a test has changed. */
let restore: (() => Promise<unknown>) | undefined;

beforeAll(async () => {
  // So rarely that nothing is taken away or asked before the audit has seen it.
  shop = await startPayingShop({
    SHOP_EVENTS_HEARTBEAT_MS: '60000',
    SHOP_EVENTS_LEASE_MS: '600000',
    SHOP_PAYMENT_SWEEP_MS: '60000',
  });
  const front = new ShopFront();
  front.open(shop.url);
  const { database } = shop;
  const { shoppers, skuIds } = await openMarket({ front, database }, { wallets: [0], stock: [10] });
  const shopper = present(shoppers[0]);
  const skuId = present(skuIds[0]);
  diary = new Diary();
  orders = [];
  for (const method of PROVIDERS) {
    const wish = { items: [{ skuId, quantity: 2 }] };
    const approved = await buyThrough(shop, front, diary, shopper, method, wish);
    await confirmPayment(front, approved);
    await cancelOrder(front, shopper, approved.orderId, approved.placement, skuId);
    orders.push(approved);
  }
  await auditPayments(shop, diary);
});
afterAll(() => shop.stop());
afterEach(async () => {
  await restore?.();
  restore = undefined;
  expect(await audit()).toBe(PROVIDERS.length);
});

const audit = () => auditPayments(shop, diary, AT_ONCE);

/** An audit that sees nothing would find every run exact. */
describe('the audit of payments refuses', () => {
  it.each(PROVIDERS)('a second charge by %s', async (method) => {
    const { charges } = bookOf(method);
    charges.push(present(charges[0]));
    restore = async () => charges.pop();
    await expect(audit()).rejects.toThrow('Expected values');
  });

  it.each(PROVIDERS)('money that %s gave back twice', async (method) => {
    const { cancels } = bookOf(method);
    cancels.push(present(cancels[0]));
    restore = async () => cancels.pop();
    await expect(audit()).rejects.toThrow('Expected values');
  });

  it.each(PROVIDERS)('money that %s gave back at its console, unnoticed', async (method) => {
    const { cancels } = bookOf(method);
    cancels.push({ amount: 1, mark: '' });
    restore = async () => cancels.pop();
    await expect(audit()).rejects.toThrow('Expected values');
  });

  it('a charge of an order that is not there', async () => {
    const key = shop.toss.shopperApproves({ orderId: 'nobody', amount: 1000 });
    const { charges } = present(shop.toss.ledger.find(key));
    charges.push(1000);
    restore = async () => charges.pop();
    await expect(audit()).rejects.toThrow('toss keeps money of other orders');
  });

  it.each([
    [
      'a refund that is not done',
      "order_refunds SET state = 'due'",
      "order_refunds SET state = 'done'",
    ],
    [
      'a refund that the order does not know of',
      'order_orders SET refunded_amount = refunded_amount - 1',
      'order_orders SET refunded_amount = refunded_amount + 1',
    ],
  ])('%s', async (_what, change, back) => {
    const { orderId } = present(orders[0]);
    const where = change.startsWith('order_orders') ? 'id' : 'order_id';
    const update = (set: string) =>
      shop.database.write(`UPDATE ${set} WHERE ${where} = ?`, [idToBytes(orderId)]);
    expect(await update(change)).toBe(1);
    restore = () => update(back);
    await expect(audit()).rejects.toThrow('Expected values');
  });

  it('an order that others were told twice is paid', async () => {
    const { database } = shop;
    const id = 'UNHEX(REPEAT("F", 32))';
    expect(
      await database.write(
        `INSERT INTO platform_outbox (id, events, event_count, owner_id, dispatched_at)
         SELECT ${id}, events, event_count, owner_id, dispatched_at FROM platform_outbox
         WHERE events LIKE '%order.paid%' LIMIT 1`,
      ),
    ).toBe(1);
    restore = () => database.write(`DELETE FROM platform_outbox WHERE id = ${id}`);
    await expect(audit()).rejects.toThrow('Expected values');
  });
});

function bookOf(method: Approved['method']) {
  const { key } = present(orders.find((order) => order.method === method));
  return present(shop[method].ledger.find(key));
}
