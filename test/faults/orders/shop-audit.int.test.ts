import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { idToBytes, newId } from '../../../src/platform/ids/id.ts';
import { auditMoneyOfOrders } from '../../support/order-ledger.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { present } from '../support/fault.ts';
import { createFaultDatabase } from '../support/fault-database.ts';
import { auditShop } from '../support/shop-audit.ts';
import { Diary, type Placement } from '../support/shop-diary.ts';
import { ShopFront } from '../support/shop-front.ts';
import { openMarket } from '../support/shop-market.ts';
import { buy, cancelOrder } from '../support/shop-orders.ts';

/** The shop is at rest. */
const AT_ONCE = 0;

let shop: TestShop;
let diary: Diary;
let paid: Placement;
let cancelled: Placement;
let failed: Placement;

beforeAll(async () => {
  // So rarely that no envelope that a test leaves is taken away before the audit has seen it.
  shop = await startShop({ SHOP_EVENTS_HEARTBEAT_MS: '60000', SHOP_EVENTS_LEASE_MS: '600000' });
  const front = new ShopFront();
  front.open(shop.url);
  const { shoppers, skuIds } = await openMarket(
    { front, database: shop.database },
    { wallets: [100_000], stock: [10], coupons: 1, points: 5000 },
  );
  const shopper = present(shoppers[0]);
  const items = (quantity: number) => [{ skuId: present(skuIds[0]), quantity }];
  const memberCouponId = present(shopper.memberCouponIds[0]);
  diary = new Diary();
  const dear = { items: items(2), memberCouponId, pointsAmount: 1000 };
  ({ placement: paid } = await buy(front, diary, shopper, dear));
  const undone = await buy(front, diary, shopper, { items: items(1) });
  cancelled = undone.placement;
  await cancelOrder(front, shopper, undone.told.orderId, cancelled);
  ({ placement: failed } = await buy(front, diary, shopper, { items: items(50) }));
  await shop.app.backbone.settled();
});
afterAll(() => shop.stop());

/** Makes the change for as long as the work takes. */
async function withChange(change: string, work: () => Promise<void>): Promise<void> {
  const { database } = shop;
  const table = present(change.split(' ')[0]);
  await database.write(`CREATE TABLE kept AS SELECT * FROM ${table}`);
  try {
    expect(await database.write(`UPDATE ${change}`)).toBeGreaterThan(0);
    await work();
  } finally {
    await database.write(`DELETE FROM ${table}`);
    await database.write(`INSERT INTO ${table} SELECT * FROM kept`);
    await database.write('DROP TABLE kept');
  }
}

const audit = () => auditShop(shop.database, diary, AT_ONCE);

/** An audit that sees nothing would find every run exact. */
describe('the audit of the shop', () => {
  it('passes a shop that is exact, and counts its orders', async () => {
    expect([paid, cancelled, failed].map(({ told }) => told.at(-1)?.state)).toEqual([
      'paid',
      'cancelled',
      'failed',
    ]);
    expect(await audit()).toBe(3);
  });

  it('refuses a shop in which nobody ordered', async () => {
    const { database, drop } = await createFaultDatabase(inject('databaseUrl'));
    await expect(auditShop(database, new Diary(), AT_ONCE)).rejects.toThrow('no orders to lose');
    await drop();
  });

  it.each([
    ['a unit that is nowhere', 'catalog_stock SET open_quantity = open_quantity - 1', 'there'],
    [
      'a unit sold that is no order’s',
      'catalog_stock SET open_quantity = open_quantity - 1, sold_quantity = sold_quantity + 1',
      'there',
    ],
    ['money that nobody booked', 'user_wallets SET free_amount = free_amount + 1', 'freeThere'],
    ['a coupon used that is not', 'coupon_counters SET used = 0', 'issued'],
    [
      'a unit cancelled that the stock knows nothing of',
      'order_lines SET cancelled_quantity = 1 WHERE cancelled_quantity = 0',
      'cancelledUnits',
    ],
    [
      'units of an order that the stock knows nothing of',
      'order_lines SET quantity = quantity + 1 WHERE cancelled_quantity = 0',
      'soldByOrders',
    ],
    [
      'an order that stays undecided',
      "order_orders SET state = 'placed' WHERE state = 'failed'",
      'placed',
    ],
    [
      'stock of a refused order that is still held',
      "catalog_stock_holds SET state = 'held' WHERE state = 'refused'",
      'orderState',
    ],
    [
      'a coupon of a paid order that is released',
      "coupon_holds SET state = 'released' WHERE state = 'committed'",
      'used',
    ],
    ['a sale that was not counted', 'dashboard_sales_quarters SET paid_orders = 1', 'counted'],
    ['a sale of another price', 'dashboard_sales_quarters SET paid_amount = 1', 'countedAmount'],
    [
      'an order that nobody placed',
      `order_orders SET address = '{"detail":"nobody"}' WHERE state = 'failed'`,
      'nobody placed the order of nobody',
    ],
    [
      'two orders of one placement',
      'order_orders SET address = (SELECT MIN(address) FROM (SELECT address FROM order_orders) AS a)',
      'made 3 orders',
    ],
    [
      'an order of another member',
      'order_orders SET member_id = REVERSE(member_id)',
      'an order of',
    ],
  ])('finds %s', async (_what, change, complaint) => {
    await withChange(change, () => expect(audit()).rejects.toThrow(complaint));
    expect(await audit()).toBe(3);
  });
});

describe('the audit of what members paid for orders', () => {
  it.each([
    [
      'a payment that is none',
      "user_wallet_entries SET kind = 'refund' WHERE kind = 'payment'",
      'walletPaid',
    ],
    [
      'points that were paid and are in no order',
      "user_point_entries SET amount = amount - 1 WHERE kind = 'payment'",
      'pointsPaid',
    ],
    [
      'more given back than the order says',
      "user_wallet_entries SET free_amount = free_amount + 1 WHERE kind = 'refund'",
      'walletBalance',
    ],
  ])('finds %s', async (_what, change, complaint) => {
    await withChange(change, () =>
      expect(auditMoneyOfOrders(shop.database)).rejects.toThrow(complaint),
    );
    await expect(auditMoneyOfOrders(shop.database)).resolves.toBeUndefined();
  });
});

describe('the audit of what clients were told', () => {
  let honest: Placement;
  beforeEach(() => {
    honest = structuredClone(failed);
    return () => void Object.assign(failed, honest);
  });

  it.each([
    ['that a refused order is paid', { state: 'paid' as const }],
    ['that it was cancelled', { state: 'cancelled' as const }],
    ['another reason', { failureCode: 'payment_declined' }],
    ['another total', { totalAmount: 1 }],
    ['of another order', { orderId: newId() }],
  ])('finds one who was told %s', async (_what, lie) => {
    failed.told.push({ ...present(failed.told[0]), ...lie });
    await expect(audit()).rejects.toThrow('was told');
  });

  it('finds an order that was cancelled unasked', async () => {
    cancelled.cancelRequests -= 1;
    await expect(audit()).rejects.toThrow('was cancelled unasked');
    cancelled.cancelRequests += 1;
  });

  it('finds a unit that is not cancelled, although its client was told so', async () => {
    paid.cancelledUnits += 1;
    await expect(audit()).rejects.toThrow('lost 0 units, and was told of 1');
    paid.cancelledUnits -= 1;
  });

  it('finds a placement whose order is lost', async () => {
    diary.begin(failed.memberId);
    await expect(audit()).rejects.toThrow('made 0 orders');
    diary.placements.pop();
  });
});

describe('the audit of what is left', () => {
  it('finds an envelope that waits', async () => {
    const id = idToBytes(newId());
    await shop.database.write(
      `INSERT INTO platform_outbox (id, owner_id, events, event_count) VALUES (?, ?, '[]', 0)`,
      [id, id],
    );
    await expect(audit()).rejects.toThrow('undispatched');
    await shop.database.write('DELETE FROM platform_outbox WHERE id = ?', [id]);
  });

  it.each(['waiting', 'dead'])('finds an event that is %s', async (state) => {
    const id = idToBytes(newId());
    await shop.database.write(
      `INSERT INTO platform_parked_event (id, consumer_id, envelope_id, position, event, attempts,
         error, state, next_try_at)
       VALUES (?, 1, ?, 0, '{}', 1, 'it failed', ?, CURRENT_TIMESTAMP(3) + INTERVAL 1 DAY)`,
      [id, id, state],
    );
    await expect(audit()).rejects.toThrow(/parked|it failed/);
    await shop.database.write('DELETE FROM platform_parked_event WHERE id = ?', [id]);
  });
});
