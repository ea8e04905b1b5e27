import { sql } from 'drizzle-orm';
import { check, int, mysqlTable, smallint, uniqueIndex, varchar } from 'drizzle-orm/mysql-core';
import { createdMoment, id, krw, moment } from '../../platform/database/columns.ts';
import type { HoldState } from '../../platform/holds/hold-state.ts';
import type { CouponKind, MemberCouponState } from './coupon.rules.ts';

/** What a coupon is worth and when; never deleted. */
export const coupons = mysqlTable('coupon_coupons', {
  id: id().primaryKey(),
  name: varchar({ length: 100 }).notNull(),
  kind: varchar({ length: 20 }).$type<CouponKind>().notNull(),
  discountAmount: krw('discount_amount').notNull(),
  minOrderAmount: krw('min_order_amount').notNull(),
  opensAt: moment('opens_at').notNull(),
  closesAt: moment('closes_at').notNull(),
  /** Days from the issue during which a member can use it. */
  validDays: smallint('valid_days').notNull(),
  version: int().notNull().default(1),
  createdAt: createdMoment('created_at'),
});

/**
 * The counters that claims and orders move, apart from the facts: a narrow row that no foreign key
 * points at, because inserts of referring rows would lock it and deadlock with its updates.
 */
export const couponCounters = mysqlTable(
  'coupon_counters',
  {
    couponId: id('coupon_id').primaryKey(),
    quantity: int().notNull(),
    issued: int().notNull().default(0),
    held: int().notNull().default(0),
    used: int().notNull().default(0),
    expired: int().notNull().default(0),
  },
  // The last line of defence: whatever the code believes, the database issues no more than there are.
  (table) => [
    check('coupon_counters_issued', sql`${table.issued} <= ${table.quantity}`),
    check(
      'coupon_counters_sum',
      sql`${table.held} >= 0 AND ${table.used} >= 0 AND ${table.expired} >= 0
          AND ${table.held} + ${table.used} + ${table.expired} <= ${table.issued}`,
    ),
  ],
);

/** A coupon in a member's hands. */
export const memberCoupons = mysqlTable(
  'coupon_member_coupons',
  {
    id: id().primaryKey(),
    couponId: id('coupon_id').notNull(),
    memberId: id('member_id').notNull(),
    /** The how-manieth claim it was, from 1. */
    rank: int('claim_rank').notNull(),
    state: varchar({ length: 8 }).$type<MemberCouponState>().notNull(),
    expiresAt: moment('expires_at').notNull(),
    issuedAt: createdMoment('issued_at'),
  },
  // One per member; the member comes first so that it also serves a member's own list.
  (table) => [uniqueIndex('coupon_member_coupons_once').on(table.memberId, table.couponId)],
);

/** What is set aside for orders; kept as long as the order. */
export const couponHolds = mysqlTable('coupon_holds', {
  orderId: id('order_id').primaryKey(),
  memberCouponId: id('member_coupon_id').notNull(),
  state: varchar({ length: 9 }).$type<HoldState>().notNull(),
});
