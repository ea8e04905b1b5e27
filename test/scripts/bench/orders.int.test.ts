import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Message, Subject } from '../../../scripts/bench/subject.ts';
import { ledgerFaults } from '../../../scripts/bench/subjects/orders/order-ledger.ts';
import { startOrders } from '../../../scripts/bench/subjects/orders/orders.ts';
import { Database } from '../../../src/platform/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const MEMBERS = 10;
const ANSWERED = { accepted: 8, refused: 2 };

const bodiesOf = ({ request }: Subject) => new Set(request.messages.map(({ body }) => body));

describe('orders under load', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let subject: Subject;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = Database.open(testDatabase.url, 2);
    const start = startOrders({ skus: 'all', emptyWalletEvery: 5, members: MEMBERS, products: 3 });
    subject = await start({ databaseUrl: testDatabase.url, redisUrl: inject('redisUrl') });
  });

  afterAll(async () => {
    await subject.stop();
    await database.close();
    await testDatabase.drop();
  });

  /** The status of a success, the code of a problem. */
  async function send({ headers, body = '' }: Message): Promise<number | string> {
    const { url, request } = subject;
    const response = await fetch(url + request.path, { method: request.method, headers, body });
    const { code } = (await response.json()) as { code?: string };
    return code ?? response.status;
  }

  it('are paid, but for the members whose wallets are empty', async () => {
    const { messages, refusedShare } = subject.request;
    expect(messages.length).toBe(MEMBERS);
    expect(refusedShare).toBe(0.2);
    const [first, second] = [0, 5].map(async (from) =>
      Promise.all(messages.slice(from, from + 5).map(send)),
    );
    const declinedAndPaid = ['payment_declined', 201, 201, 201, 201];
    expect(await first).toEqual(declinedAndPaid);
    expect(await second).toEqual(declinedAndPaid);
  });

  it('are spread over the SKUs', () => {
    expect(bodiesOf(subject).size).toBeGreaterThan(1);
  });

  it('add up once the shop is at rest', async () => {
    expect(await subject.isExact(ANSWERED)).toBe(true);
  });

  it('do not add up when clients were told of more of them', async () => {
    expect(await ledgerFaults(database, { accepted: 9, refused: 2 })).toEqual([
      '8 orders are paid, 9 clients were told so',
    ]);
    expect(await ledgerFaults(database, { accepted: 8, refused: 3 })).toEqual([
      '2 orders failed, 3 clients were told so',
    ]);
  });

  it.each([
    [
      'an order is left open',
      "UPDATE order_orders SET state = 'placed' WHERE state = 'paid' LIMIT 1",
      "UPDATE order_orders SET state = 'paid' WHERE state = 'placed'",
      '1 orders are neither paid nor declined',
    ],
    [
      'an order was declined for no reason',
      "UPDATE order_orders SET state = 'failed', failure_code = 'payment_declined', version = 99 WHERE state = 'paid' LIMIT 1",
      "UPDATE order_orders SET state = 'paid', failure_code = NULL, version = 2 WHERE version = 99",
      '1 orders were declined although their members had money',
    ],
    [
      'a hold was never made final',
      "UPDATE user_funds_holds SET state = 'held' WHERE state = 'committed' LIMIT 1",
      "UPDATE user_funds_holds SET state = 'committed' WHERE state = 'held'",
      '1 orders have holds in another state than theirs',
    ],
    [
      'a unit was sold twice',
      'UPDATE catalog_stock SET sold_quantity = sold_quantity + 1 ORDER BY sku_id LIMIT 1',
      'UPDATE catalog_stock SET sold_quantity = sold_quantity - 1 ORDER BY sku_id LIMIT 1',
      '1 SKUs have units astray',
    ],
    [
      'a won is gone',
      'UPDATE user_wallets SET free_amount = free_amount - 1 WHERE free_amount > 0 ORDER BY member_id LIMIT 1',
      'UPDATE user_wallets SET free_amount = free_amount + 1 WHERE free_amount > 0 ORDER BY member_id LIMIT 1',
      '1 wallets have money astray',
    ],
    [
      'a payment is booked as something else',
      "UPDATE user_wallet_entries SET kind = 'refund' WHERE kind = 'payment' LIMIT 1",
      "UPDATE user_wallet_entries SET kind = 'payment' WHERE kind = 'refund'",
      '1 payments are in no list of entries, or in it twice',
    ],
    [
      'a sale was counted twice',
      'UPDATE dashboard_sales_quarters SET paid_orders = paid_orders + 1 ORDER BY quarter_start LIMIT 1',
      'UPDATE dashboard_sales_quarters SET paid_orders = paid_orders - 1 ORDER BY quarter_start LIMIT 1',
      '1 sales are not on the dashboard, or on it twice',
    ],
    [
      'a sold unit made nothing popular',
      'UPDATE catalog_products SET sold_units = sold_units - 1 ORDER BY sold_units DESC LIMIT 1',
      'UPDATE catalog_products SET sold_units = sold_units + 1 ORDER BY sold_units DESC LIMIT 1',
      '1 units are missing from what makes products popular, or counted twice',
    ],
    [
      'an envelope was left behind',
      'UPDATE platform_outbox SET dispatched_at = NULL LIMIT 1',
      'UPDATE platform_outbox SET dispatched_at = occurred_at WHERE dispatched_at IS NULL',
      '1 envelopes wait to be dispatched',
    ],
  ])('do not add up when %s', async (_, spoil, mend, fault) => {
    await database.write(spoil);
    expect(await ledgerFaults(database, ANSWERED)).toContain(fault);
    await database.write(mend);
    expect(await ledgerFaults(database, ANSWERED)).toEqual([]);
  });
});

describe('orders of one SKU', () => {
  it('all want the same one, and none is refused', async () => {
    const { url, drop } = await createTestDatabase();
    const start = startOrders({ skus: 'one', emptyWalletEvery: 0, members: 3, products: 3 });
    const subject = await start({ databaseUrl: url, redisUrl: inject('redisUrl') });
    expect(subject.request).toMatchObject({ messages: { length: 3 }, refusedShare: 0 });
    expect(bodiesOf(subject).size).toBe(1);
    await subject.stop();
    await drop();
  });
});
