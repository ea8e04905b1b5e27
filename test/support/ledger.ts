import { expect } from 'vitest';
import type { TestShop } from './start-shop.ts';

type Sums = Record<string, number>;

async function sums({ database }: TestShop, statement: string): Promise<Sums[]> {
  return database.select<Sums>(statement);
}

/**
 * Adds everything up: units, money and coupons are all where some order, hold or counter says they
 * are. Call it when the shop is at rest, or inside `eventually`.
 */
export async function auditLedger(shop: TestShop): Promise<void> {
  await auditStock(shop);
  await auditWallets(shop);
  await auditPoints(shop);

  const coupons = await sums(
    shop,
    `SELECT c.issued, c.held, c.used,
            (SELECT COUNT(*) FROM coupon_member_coupons AS m
             WHERE m.coupon_id = c.coupon_id) AS issuedRows,
            (SELECT COUNT(*) FROM coupon_member_coupons AS m
             WHERE m.coupon_id = c.coupon_id AND m.state = 'held') AS heldRows,
            (SELECT COUNT(*) FROM coupon_member_coupons AS m
             WHERE m.coupon_id = c.coupon_id AND m.state = 'used') AS usedRows
     FROM coupon_counters AS c`,
  );
  const wrong = coupons.filter(
    (row) =>
      row.issued !== row.issuedRows || row.held !== row.heldRows || row.used !== row.usedRows,
  );
  expect(wrong).toEqual([]);

  await auditOrders(shop);
}

/**
 * Units received are all somewhere, those held and sold belong to orders that have them, and a paid
 * order's cancelled units are back.
 */
async function auditStock(shop: TestShop): Promise<void> {
  const stock = await sums(
    shop,
    `SELECT s.open_quantity + s.held_quantity + s.sold_quantity + s.sale_pool_quantity AS there,
            COALESCE((SELECT SUM(e.quantity) FROM catalog_stock_entries AS e
                      WHERE e.sku_id = s.sku_id), 0) AS received,
            s.held_quantity AS held, COALESCE(o.held, 0) AS heldByOrders,
            s.sold_quantity AS sold, COALESCE(o.sold, 0) AS soldToOrders
     FROM catalog_stock AS s
     LEFT JOIN (
       SELECT UNHEX(REPLACE(line.sku_id, '-', '')) AS sku_id,
              SUM(IF(h.state = 'held', line.quantity - line.cancelled, 0)) AS held,
              SUM(IF(h.state = 'committed', line.quantity - line.cancelled, 0)) AS sold
       FROM catalog_stock_holds AS h
       JOIN JSON_TABLE(h.\`lines\`, '$[*]' COLUMNS (
         sku_id CHAR(36) PATH '$[0]', quantity INT PATH '$[1]',
         cancelled INT PATH '$[2]' DEFAULT '0' ON EMPTY)) AS line
       GROUP BY line.sku_id
     ) AS o ON o.sku_id = s.sku_id`,
  );
  const astray = stock.filter(
    (row) =>
      row.there !== row.received || row.held !== row.heldByOrders || row.sold !== row.soldToOrders,
  );
  expect(astray).toEqual([]);

  const cancelled = await sums(
    shop,
    `SELECT l.cancelled AS cancelledUnits, h.cancelled AS putBack
     FROM (
       SELECT order_id, sku_id, SUM(cancelled_quantity) AS cancelled
       FROM order_lines GROUP BY order_id, sku_id
     ) AS l
     JOIN (
       SELECT held.order_id, UNHEX(REPLACE(line.sku_id, '-', '')) AS sku_id, line.cancelled
       FROM catalog_stock_holds AS held
       JOIN JSON_TABLE(held.\`lines\`, '$[*]' COLUMNS (
         sku_id CHAR(36) PATH '$[0]', cancelled INT PATH '$[2]' DEFAULT '0' ON EMPTY)) AS line
       WHERE held.state = 'committed'
     ) AS h ON h.order_id = l.order_id AND h.sku_id = l.sku_id
     WHERE l.cancelled <> h.cancelled`,
  );
  expect(cancelled).toEqual([]);
}

/** Pay money, paid and free apart: entries = balance + holds; and an order's entries = its hold. */
async function auditWallets(shop: TestShop): Promise<void> {
  const wallets = await sums(
    shop,
    `SELECT w.free_amount + COALESCE(h.free_amount, 0) AS freeThere,
            w.paid_amount + COALESCE(h.paid_amount, 0) AS paidThere,
            COALESCE(e.free_amount, 0) AS freeBooked, COALESCE(e.paid_amount, 0) AS paidBooked
     FROM user_wallets AS w
     LEFT JOIN (
       SELECT member_id, SUM(free_amount) AS free_amount, SUM(paid_amount) AS paid_amount
       FROM user_funds_holds WHERE state = 'held' GROUP BY member_id
     ) AS h ON h.member_id = w.member_id
     LEFT JOIN (
       SELECT member_id, SUM(free_amount) AS free_amount, SUM(paid_amount) AS paid_amount
       FROM user_wallet_entries GROUP BY member_id
     ) AS e ON e.member_id = w.member_id`,
  );
  const astray = wallets.filter(
    (row) => row.freeThere !== row.freeBooked || row.paidThere !== row.paidBooked,
  );
  expect(astray).toEqual([]);

  const orders = await sums(
    shop,
    `SELECT h.paid_amount AS paid, h.free_amount AS free, h.refunded_amount AS refunded
     FROM user_funds_holds AS h
     LEFT JOIN (
       SELECT order_id, SUM(free_amount + paid_amount) AS amount
       FROM user_wallet_entries GROUP BY order_id
     ) AS e ON e.order_id = h.order_id
     WHERE COALESCE(e.amount, 0) <>
       IF(h.state = 'committed', h.refunded_amount - h.paid_amount - h.free_amount, 0)`,
  );
  expect(orders).toEqual([]);
}

/** Points: entries = what is left of the lots + holds; and a hold's points = those of its lots. */
async function auditPoints(shop: TestShop): Promise<void> {
  const members = await sums(
    shop,
    `SELECT COALESCE(l.amount, 0) + COALESCE(h.amount, 0) AS there, COALESCE(e.amount, 0) AS booked
     FROM user_wallets AS w
     LEFT JOIN (
       SELECT member_id, SUM(remaining_amount) AS amount FROM user_point_lots GROUP BY member_id
     ) AS l ON l.member_id = w.member_id
     LEFT JOIN (
       SELECT member_id, SUM(points_amount) AS amount
       FROM user_funds_holds WHERE state = 'held' GROUP BY member_id
     ) AS h ON h.member_id = w.member_id
     LEFT JOIN (
       SELECT member_id, SUM(amount) AS amount FROM user_point_entries GROUP BY member_id
     ) AS e ON e.member_id = w.member_id`,
  );
  expect(members.filter((row) => row.there !== row.booked)).toEqual([]);

  const orders = await sums(
    shop,
    `SELECT h.points_amount AS points, h.refunded_points_amount AS refunded
     FROM user_funds_holds AS h
     LEFT JOIN (
       SELECT held.order_id, SUM(lot.amount) AS amount
       FROM user_funds_holds AS held
       JOIN JSON_TABLE(held.point_lots, '$[*]' COLUMNS (amount BIGINT PATH '$[1]')) AS lot
       GROUP BY held.order_id
     ) AS l ON l.order_id = h.order_id
     LEFT JOIN (
       SELECT order_id, SUM(amount) AS amount FROM user_point_entries GROUP BY order_id
     ) AS e ON e.order_id = h.order_id
     WHERE h.points_amount <> COALESCE(l.amount, 0)
        OR COALESCE(e.amount, 0) <>
           IF(h.state = 'committed', h.refunded_points_amount - h.points_amount, 0)`,
  );
  expect(orders).toEqual([]);
}

/** Every decided order's holds are in the state that its own demands. */
async function auditOrders(shop: TestShop): Promise<void> {
  const astray = await sums(
    shop,
    `SELECT o.state AS orderState, s.state AS stockState, f.state AS fundsState,
            c.state AS couponState
     FROM order_orders AS o
     LEFT JOIN catalog_stock_holds AS s ON s.order_id = o.id
     LEFT JOIN user_funds_holds AS f ON f.order_id = o.id
     LEFT JOIN coupon_holds AS c ON c.order_id = o.id
     WHERE CASE o.state
       WHEN 'paid' THEN s.state <> 'committed' OR f.state <> 'committed'
         OR (o.member_coupon_id IS NOT NULL AND c.state <> 'committed')
       WHEN 'failed' THEN s.state IN ('held', 'committed') OR f.state IN ('held', 'committed')
         OR c.state IN ('held', 'committed')
       WHEN 'cancelled' THEN s.state <> 'released' OR f.state <> 'released'
         OR (o.member_coupon_id IS NOT NULL AND c.state <> 'released')
       ELSE TRUE
     END`,
  );
  expect(astray).toEqual([]);
}
