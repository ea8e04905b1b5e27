import assert from 'node:assert/strict';
import type { Database } from '../../src/platform/database/database.ts';

const PRICE_OF_WALLET = `IF(o.payment_method = 'wallet', o.total_amount, 0)`;

const FIND_WRONG_MONEY = `
  SELECT LOWER(HEX(o.id)) AS orderId, o.state, o.total_amount AS totalAmount,
         o.points_amount AS pointsAmount, w.paid AS walletPaid, w.balance AS walletBalance,
         p.paid AS pointsPaid, p.balance AS pointsBalance
  FROM order_orders AS o
  LEFT JOIN (
    SELECT order_id, SUM(paid_amount + free_amount) AS balance,
           SUM(IF(kind = 'payment', paid_amount + free_amount, 0)) AS paid
    FROM user_wallet_entries GROUP BY order_id) AS w ON w.order_id = o.id
  LEFT JOIN (
    SELECT order_id, SUM(amount) AS balance, SUM(IF(kind = 'payment', amount, 0)) AS paid
    FROM user_point_entries GROUP BY order_id) AS p ON p.order_id = o.id
  WHERE NOT (${isBooked('w', PRICE_OF_WALLET, 'o.refunded_amount')}
    AND ${isBooked('p', 'o.points_amount', 'o.refunded_points_amount')})`;

/**
 * The entries say that the price was paid once, if the order was ever paid; and that all of it came
 * back, if it was undone then, or else just the part that single cancelled units gave back.
 */
function isBooked(entries: 'w' | 'p', price: string, refunded: string): string {
  return `COALESCE(${entries}.paid, 0) = IF(o.paid_at IS NULL, 0, -${price})
    AND COALESCE(${entries}.balance, 0) = IF(
      o.paid_at IS NULL OR o.state = 'cancelled' OR ${price} = 0, 0, ${refunded} - ${price})`;
}

/** Only what is undecided or unpaid has a deadline: others would burden the sweep. */
const FIND_NEEDLESS_DEADLINES = `
  SELECT LOWER(HEX(o.id)) AS orderId, o.state
  FROM order_deadlines AS d LEFT JOIN order_orders AS o ON o.id = d.order_id
  WHERE o.id IS NULL OR o.state NOT IN ('placed', 'payment_due', 'confirming')`;

/** Whatever an order waits for has a moment when it is over. */
const FIND_ENDLESS_WAITS = `
  SELECT LOWER(HEX(o.id)) AS orderId, o.state
  FROM order_orders AS o LEFT JOIN order_deadlines AS d ON d.order_id = o.id
  WHERE d.order_id IS NULL AND o.state IN ('placed', 'payment_due', 'confirming')`;

export async function auditDeadlines(database: Database): Promise<void> {
  assert.deepEqual(await database.select(FIND_NEEDLESS_DEADLINES), []);
  assert.deepEqual(await database.select(FIND_ENDLESS_WAITS), []);
}

/**
 * What members paid for their orders and got back, by the entries of their wallets and points, is
 * what the orders say: never is more given back than was paid.
 */
export async function auditMoneyOfOrders(database: Database): Promise<void> {
  assert.deepEqual(await database.select(FIND_WRONG_MONEY), []);
}
