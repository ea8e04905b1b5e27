import { expect } from 'vitest';
import { auditFlashSales } from './flash-sale-ledger.ts';
import { auditDeadlines, auditMoneyOfOrders } from './order-ledger.ts';
import type { TestShop } from './start-shop.ts';

type Sums = Record<string, number>;
type AuditedShop = Pick<TestShop, 'database'>;

async function sums({ database }: AuditedShop, statement: string): Promise<Sums[]> {
  return database.select<Sums>(statement);
}

/**
 * Adds everything up: units, money and coupons are all where some order, hold or counter says they
 * are. Call it when the shop is at rest, or inside `eventually`.
 */
export async function auditLedger(shop: AuditedShop): Promise<void> {
  await auditStock(shop);
  await auditWallets(shop);
  await auditPoints(shop);
  await auditCoupons(shop);
  await auditOrders(shop);
  await auditMoneyOfOrders(shop.database);
  await auditDeadlines(shop.database);
  await auditFlashSales(shop.database);
}

/**
 * Coupons issued = free + held + used + expired, in the counters as in members' hands, with the ranks
 * from 1 on and none twice; and those that are held or used belong to an order's hold.
 */
async function auditCoupons(shop: AuditedShop): Promise<void> {
  const coupons = await sums(
    shop,
    `SELECT c.issued, COUNT(m.id) AS issuedRows, COUNT(DISTINCT m.claim_rank) AS distinctRanks,
            COALESCE(MAX(m.claim_rank), 0) AS lastRank,
            c.held, COALESCE(SUM(m.state = 'held'), 0) AS heldRows,
            c.used, COALESCE(SUM(m.state = 'used'), 0) AS usedRows,
            c.expired, COALESCE(SUM(m.state = 'expired'), 0) AS expiredRows
     FROM coupon_counters AS c
     LEFT JOIN coupon_member_coupons AS m ON m.coupon_id = c.coupon_id
     GROUP BY c.coupon_id, c.issued, c.held, c.used, c.expired`,
  );
  const wrong = coupons.filter(
    (row) =>
      row.issued !== row.issuedRows ||
      row.issued !== row.distinctRanks ||
      row.issued !== row.lastRank ||
      row.held !== row.heldRows ||
      row.used !== row.usedRows ||
      row.expired !== row.expiredRows,
  );
  expect(wrong).toEqual([]);

  const astray = await sums(
    shop,
    `SELECT m.state, COALESCE(h.held, 0) AS held, COALESCE(h.used, 0) AS used
     FROM coupon_member_coupons AS m
     LEFT JOIN (
       SELECT member_coupon_id, SUM(state = 'held') AS held, SUM(state = 'committed') AS used
       FROM coupon_holds GROUP BY member_coupon_id
     ) AS h ON h.member_coupon_id = m.id
     WHERE COALESCE(h.held, 0) <> (m.state = 'held') OR COALESCE(h.used, 0) <> (m.state = 'used')`,
  );
  expect(astray).toEqual([]);
}

/**
 * Units received are all somewhere, those held and sold belong to orders that have them, and a paid
 * order's cancelled units are back.
 */
async function auditStock(shop: AuditedShop): Promise<void> {
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
async function auditWallets(shop: AuditedShop): Promise<void> {
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
async function auditPoints(shop: AuditedShop): Promise<void> {
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
async function auditOrders(shop: AuditedShop): Promise<void> {
  const astray = await sums(
    shop,
    `SELECT o.state AS orderState, s.state AS stockState, f.state AS fundsState,
            c.state AS couponState
     FROM order_orders AS o
     LEFT JOIN catalog_stock_holds AS s ON s.order_id = o.id
     LEFT JOIN user_funds_holds AS f ON f.order_id = o.id
     LEFT JOIN coupon_holds AS c ON c.order_id = o.id
     JOIN (SELECT id, CASE
             WHEN state IN ('payment_due', 'confirming') THEN 'held'
             WHEN state = 'paid' THEN 'committed'
             WHEN state = 'cancelled' AND paid_at IS NOT NULL THEN 'released'
           END AS state FROM order_orders) AS demanded ON demanded.id = o.id
     WHERE CASE
       WHEN demanded.state IS NOT NULL THEN COALESCE(s.state, 'none') <> demanded.state
         OR (o.funds_answer <> 'not_needed' AND COALESCE(f.state, 'none') <> demanded.state)
         OR (o.coupon_answer <> 'not_needed' AND COALESCE(c.state, 'none') <> demanded.state)
       WHEN o.state IN ('failed', 'expired', 'cancelled') THEN s.state IN ('held', 'committed')
         OR f.state IN ('held', 'committed') OR c.state IN ('held', 'committed')
       ELSE TRUE
     END`,
  );
  expect(astray).toEqual([]);

  const waiting = await sums(
    shop,
    `SELECT o.state, d.due_at FROM order_orders AS o
     LEFT JOIN order_deadlines AS d ON d.order_id = o.id
     WHERE (d.order_id IS NULL) = (o.state IN ('payment_due', 'confirming'))`,
  );
  expect(waiting).toEqual([]);
  await auditRefunds(shop);
}

/**
 * What an order gave back is what its cancelled units cost, and is what those who took it gave back;
 * a provider may have given back more without the shop, but never more than it took.
 * Nothing is kept of a payment that came for an order that had ended.
 */
async function auditRefunds(shop: AuditedShop): Promise<void> {
  const wrong = await sums(
    shop,
    `SELECT o.state, o.total_amount AS total, o.refunded_amount AS refunded,
            o.refunded_points_amount AS points, l.money AS cancelledMoney,
            l.points AS cancelledPoints, f.refunded_amount AS byWallet,
            f.refunded_points_amount AS byPoints, p.state AS paymentState, p.amount AS paid,
            p.refunded_amount AS byProvider, r.amount AS asked
     FROM order_orders AS o
     JOIN (
       SELECT order_id,
              SUM((line_amount - coupon_share - points_share) * cancelled_quantity DIV quantity)
                AS money,
              SUM(points_share * cancelled_quantity DIV quantity) AS points
       FROM order_lines GROUP BY order_id
     ) AS l ON l.order_id = o.id
     LEFT JOIN user_funds_holds AS f ON f.order_id = o.id AND f.state = 'committed'
     LEFT JOIN order_payments AS p ON p.order_id = o.id
     LEFT JOIN (
       SELECT payment_id, SUM(amount) AS amount,
              SUM(IF(means = 'console', amount, 0)) AS console
       FROM order_refunds GROUP BY payment_id
     ) AS r ON r.payment_id = p.id
     WHERE COALESCE(r.amount, 0) <> COALESCE(p.refunded_amount, 0)
       OR CASE
         WHEN o.paid_at IS NULL THEN o.refunded_amount <> 0 OR o.refunded_points_amount <> 0
           OR (p.state = 'paid' AND p.refunded_amount <> p.amount)
         ELSE o.refunded_amount <> IF(o.state = 'cancelled', o.total_amount, l.money)
           OR o.refunded_points_amount <> IF(o.state = 'cancelled', o.points_amount, l.points)
           OR (f.order_id IS NOT NULL AND (f.refunded_points_amount <> o.refunded_points_amount
               OR f.refunded_amount <> IF(o.payment_method = 'wallet', o.refunded_amount, 0)))
           OR (o.payment_method <> 'wallet' AND o.total_amount > 0 AND NOT (
               COALESCE(p.state, 'none') = 'paid'
               AND (p.amount = o.total_amount OR r.console > 0)
               AND p.refunded_amount <= p.amount
               AND (p.refunded_amount = o.refunded_amount OR r.console > 0)
               AND (p.refunded_amount >= o.refunded_amount)))
       END`,
  );
  expect(wrong).toEqual([]);
}
