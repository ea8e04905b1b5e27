import assert from 'node:assert/strict';
import type { Database } from '../../../src/platform/database/database.ts';
import { auditLedger } from '../../support/ledger.ts';
import { settled } from './audit.ts';
import type { Diary } from './shop-diary.ts';
import { findLies } from './shop-truth.ts';

/** After the last fault, everything must be handled within this time. */
const SETTLED_WITHIN_MS = 300_000;

/** Units are held and sold as the lines of orders say. */
const FIND_WRONG_UNITS = `
  SELECT LOWER(HEX(s.sku_id)) AS skuId, s.held_quantity AS held, s.sold_quantity AS sold,
         w.due AS dueByOrders, w.sold AS soldByOrders
  FROM catalog_stock AS s
  LEFT JOIN (
    SELECT l.sku_id,
           SUM(IF(o.state IN ('payment_due', 'confirming'), l.quantity, 0)) AS due,
           SUM(IF(o.state IN ('paid', 'preparing', 'shipped', 'delivered', 'completed'),
                  l.quantity - l.cancelled_quantity, 0)) AS sold
    FROM order_lines AS l JOIN order_orders AS o ON o.id = l.order_id
    GROUP BY l.sku_id) AS w ON w.sku_id = s.sku_id
  WHERE s.held_quantity <> COALESCE(w.due, 0) OR s.sold_quantity <> COALESCE(w.sold, 0)`;

/** The dashboard counted each sale once. */
const FIND_WRONG_SALES = `
  SELECT * FROM (
    SELECT COALESCE(SUM(paid_orders), 0) AS counted, COALESCE(SUM(paid_amount), 0) AS countedAmount
    FROM dashboard_sales_quarters) AS q
  JOIN (
    SELECT COUNT(*) AS paid, COALESCE(SUM(total_amount), 0) AS paidAmount
    FROM order_orders WHERE paid_at IS NOT NULL) AS o
  WHERE counted <> paid OR countedAmount <> paidAmount`;

/**
 * Waits until nothing is pending in the whole shop, and adds everything up: the ledger, the figures,
 * and what clients were told. Throws an AssertionError that says what is wrong.
 * @param withinMs how long it may take until nothing is pending
 * @returns how many orders there are
 */
export async function auditShop(
  database: Database,
  diary: Diary,
  withinMs = SETTLED_WITHIN_MS,
): Promise<number> {
  await settled(database, withinMs);
  assert.deepEqual(await database.select('SELECT error FROM platform_parked_event'), []);
  await auditLedger({ database });
  assert.deepEqual(await database.select(FIND_WRONG_UNITS), []);
  assert.deepEqual(await database.select(FIND_WRONG_SALES), []);
  assert.deepEqual(await findLies(database, diary), []);
  assert.ok(diary.placements.length > 0, 'there were no orders to lose');
  return diary.placements.length;
}
