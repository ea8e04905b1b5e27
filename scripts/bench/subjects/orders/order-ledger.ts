import type { Database } from '../../../../src/platform/database/database.ts';
import type { Answered } from '../../subject.ts';
import { count, EVENT_FAULTS, faultsIn, type Fault } from '../ledger.ts';

const FAULTS: readonly Fault[] = [
  [
    'orders are neither paid nor declined',
    `SELECT COUNT(*) AS times FROM order_orders
     WHERE state <> 'paid' AND NOT (state = 'failed' AND failure_code = 'payment_declined')`,
  ],
  [
    'orders were declined although their members had money',
    `SELECT COUNT(*) AS times FROM order_orders AS o
     WHERE o.state = 'failed' AND EXISTS (
       SELECT 1 FROM user_wallet_entries AS e WHERE e.member_id = o.member_id)`,
  ],
  [
    'orders have holds in another state than theirs',
    `SELECT COUNT(*) AS times FROM order_orders AS o
     LEFT JOIN catalog_stock_holds AS s ON s.order_id = o.id
     LEFT JOIN user_funds_holds AS f ON f.order_id = o.id
     WHERE NOT COALESCE(CASE o.state
       WHEN 'paid' THEN s.state = 'committed' AND f.state = 'committed'
       WHEN 'failed' THEN s.state = 'released' AND f.state = 'refused' END, FALSE)`,
  ],
  [
    'SKUs have units astray',
    `SELECT COUNT(*) AS times FROM catalog_stock AS s
     LEFT JOIN (
       SELECT l.sku_id, SUM(l.quantity) AS units FROM order_orders AS o
       STRAIGHT_JOIN order_lines AS l ON l.order_id = o.id
       WHERE o.state = 'paid' GROUP BY l.sku_id) AS bought ON bought.sku_id = s.sku_id
     LEFT JOIN (
       SELECT e.sku_id, SUM(e.quantity) AS units FROM catalog_stock_entries AS e
       GROUP BY e.sku_id) AS received ON received.sku_id = s.sku_id
     WHERE s.held_quantity <> 0 OR s.sold_quantity <> COALESCE(bought.units, 0)
       OR s.open_quantity + s.sold_quantity + s.sale_pool_quantity <> COALESCE(received.units, 0)`,
  ],
  [
    'wallets have money astray',
    `SELECT COUNT(*) AS times FROM user_wallets AS w
     LEFT JOIN (
       SELECT o.member_id, SUM(o.total_amount) AS amount FROM order_orders AS o
       WHERE o.state = 'paid' GROUP BY o.member_id) AS spent ON spent.member_id = w.member_id
     LEFT JOIN (
       SELECT e.member_id, SUM(e.paid_amount + e.free_amount) AS amount,
              SUM(IF(e.kind = 'payment', e.paid_amount + e.free_amount, 0)) AS payments
       FROM user_wallet_entries AS e GROUP BY e.member_id) AS booked
       ON booked.member_id = w.member_id
     WHERE w.paid_amount + w.free_amount <> COALESCE(booked.amount, 0)
       OR COALESCE(spent.amount, 0) + COALESCE(booked.payments, 0) <> 0`,
  ],
  [
    'payments are in no list of entries, or in it twice',
    `SELECT ABS((SELECT COUNT(*) FROM order_orders WHERE state = 'paid')
       - (SELECT COUNT(*) FROM user_wallet_entries WHERE kind = 'payment')) AS times`,
  ],
  [
    'sales are not on the dashboard, or on it twice',
    `SELECT ABS((SELECT COUNT(*) FROM order_orders WHERE state = 'paid')
       - (SELECT COALESCE(SUM(paid_orders), 0) FROM dashboard_sales_quarters)) AS times`,
  ],
  [
    'units are missing from what makes products popular, or counted twice',
    `SELECT ABS((SELECT COALESCE(SUM(sold_quantity), 0) FROM catalog_stock)
       - (SELECT COALESCE(SUM(sold_units), 0) FROM catalog_products)) AS times`,
  ],
  ...EVENT_FAULTS,
];

/**
 * What does not add up in a shop at rest, a line each. Whoever was answered has an order; there may be
 * more orders, of clients who left before their answer.
 */
export async function ledgerFaults(
  database: Database,
  { accepted, refused }: Answered,
): Promise<string[]> {
  const faults = await faultsIn(database, FAULTS);
  const paid = await count(database, ORDERS_IN_STATE, 'paid');
  if (paid < accepted) faults.push(`${paid} orders are paid, ${accepted} clients were told so`);
  const failed = await count(database, ORDERS_IN_STATE, 'failed');
  if (failed < refused) faults.push(`${failed} orders failed, ${refused} clients were told so`);
  return faults;
}

const ORDERS_IN_STATE = 'SELECT COUNT(*) AS times FROM order_orders WHERE state = ?';
