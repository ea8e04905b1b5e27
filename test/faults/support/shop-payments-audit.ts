import assert from 'node:assert/strict';
import type { RecordedEvent } from '../../../src/platform/events/define-event.ts';
import { idFromBytes, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import type { Totals } from '../../support/payment-providers/ledger.ts';
import { auditShop } from './shop-audit.ts';
import type { Diary } from './shop-diary.ts';
import { letQuestionsComeDue, PROVIDERS, type PayingRig, type Provider } from './shop-payments.ts';

const SETTLED_WITHIN_MS = 300_000;

type AuditedRig = Pick<PayingRig, 'database' | Provider>;

/**
 * Waits until every payment has come to an end, lets `auditShop` add the shop up, and compares the
 * providers' own books with what the shop believes: an order is charged once at the most, what was
 * charged and not given back is what was paid and not refunded, each refund was done once, and
 * each paid order was told of once. Throws an AssertionError that says what is wrong.
 * @param withinMs how long it may take until nothing is pending
 * @returns how many orders there are
 */
export async function auditPayments(
  rig: AuditedRig,
  diary: Diary,
  withinMs = SETTLED_WITHIN_MS,
): Promise<number> {
  await eventually(async () => {
    // The times of questions are not what is tried here: a provider that knows is asked, and asked.
    await letQuestionsComeDue(rig);
    assert.deepEqual(await readOpen(rig), { orders: 0, refunds: 0 });
    await compareBooks(rig);
  }, withinMs);
  const orders = await auditShop(rig.database, diary, withinMs);
  // Nothing has moved since: whatever the shop still did, it did not do with money.
  await compareBooks(rig);
  assert.deepEqual(await readToldOfPaid(rig), await readPaid(rig));
  return orders;
}

/** Orders and refunds that wait for a provider. */
async function readOpen({ database }: AuditedRig) {
  const [row] = await database.select<{ orders: number; refunds: number }>(
    `SELECT (SELECT COUNT(*) FROM order_orders
             WHERE state IN ('placed', 'payment_due', 'confirming')) AS orders,
            (SELECT COUNT(*) FROM order_refunds WHERE state <> 'done') AS refunds`,
  );
  return row;
}

/** What happened to an order's money, in KRW, and how often. */
type Account = { orderId: Id; method: Provider; kept: number; refunded: number; refunds: number };

async function compareBooks(rig: AuditedRig): Promise<void> {
  const believed = await readBelieved(rig);
  const wrong = believed.flatMap((account) => {
    const booked = rig[account.method].ledger.ofOrder(account.orderId);
    return isBooked(account, booked) ? [] : [{ ...account, booked }];
  });
  assert.deepEqual(wrong, []);
  // Nor is there money of orders that the shop does not know of.
  for (const provider of PROVIDERS) {
    const { charged, cancelled } = rig[provider].ledger.audit();
    const own = believed.filter(({ method }) => method === provider);
    const kept = own.reduce((sum, account) => sum + account.kept, 0);
    assert.equal(charged - cancelled, kept, `${provider} keeps money of other orders`);
  }
}

function isBooked({ kept, refunded, refunds }: Account, booked: Totals): boolean {
  const { charged, charges, cancelled, cancels } = booked;
  return (
    charges <= 1 && charged - cancelled === kept && cancelled === refunded && cancels === refunds
  );
}

async function readBelieved({ database }: AuditedRig): Promise<Account[]> {
  const rows = await database.select<Omit<Account, 'orderId'> & { id: Buffer }>(
    `SELECT o.id, o.payment_method AS method,
            IF(o.paid_at IS NULL, 0, o.total_amount - o.refunded_amount) AS kept,
            COALESCE(r.refunded, 0) AS refunded, COALESCE(r.refunds, 0) AS refunds
     FROM order_orders AS o
     LEFT JOIN (
       SELECT order_id, SUM(amount) AS refunded, COUNT(*) AS refunds
       FROM order_refunds GROUP BY order_id) AS r ON r.order_id = o.id
     WHERE o.payment_method <> 'wallet'`,
  );
  return rows.map(({ id, ...account }) => ({ orderId: idFromBytes(id), ...account }));
}

async function readPaid({ database }: AuditedRig): Promise<Id[]> {
  const rows = await database.select<{ id: Buffer }>(
    'SELECT id FROM order_orders WHERE paid_at IS NOT NULL',
  );
  return rows.map(({ id }) => idFromBytes(id)).toSorted();
}

/** Orders that the others were told are paid, as often as they were told. */
async function readToldOfPaid({ database }: AuditedRig): Promise<Id[]> {
  const rows = await database.select<{ events: string }>(
    `SELECT events FROM platform_outbox WHERE events LIKE '%order.paid%'`,
  );
  return rows
    .flatMap((row) => JSON.parse(row.events) as RecordedEvent[])
    .filter(({ name }) => name === 'order.paid')
    .map(({ aggregateId }) => aggregateId)
    .toSorted();
}
