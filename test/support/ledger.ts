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
  const stock = await sums(
    shop,
    `SELECT s.open_quantity + s.held_quantity + s.sold_quantity + s.sale_pool_quantity AS there,
            COALESCE((SELECT SUM(e.quantity) FROM catalog_stock_entries AS e
                      WHERE e.sku_id = s.sku_id), 0) AS received
     FROM catalog_stock AS s`,
  );
  expect(stock.filter((row) => row.there !== row.received)).toEqual([]);

  const wallets = await sums(
    shop,
    `SELECT w.free_amount + w.paid_amount
            + COALESCE((SELECT SUM(h.free_amount + h.paid_amount) FROM user_funds_holds AS h
                        WHERE h.member_id = w.member_id AND h.state = 'held'), 0) AS there,
            COALESCE((SELECT SUM(e.free_amount + e.paid_amount) FROM user_wallet_entries AS e
                      WHERE e.member_id = w.member_id), 0) AS booked
     FROM user_wallets AS w`,
  );
  expect(wallets.filter((row) => row.there !== row.booked)).toEqual([]);

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
