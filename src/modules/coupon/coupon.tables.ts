import { sql } from 'drizzle-orm';
import {
  check,
  index,
  int,
  mysqlTable,
  primaryKey,
  smallint,
  text,
  tinyint,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/mysql-core';
import { createdMoment, id, krw, moment } from '../../platform/database/columns.ts';
import type { HoldState } from '../../platform/holds/hold-state.ts';
import type {
  CampaignState,
  CouponKind,
  CouponScope,
  IssueState,
  MemberCouponState,
} from './coupon.rules.ts';

/** What a coupon is worth and when; never deleted. */
export const coupons = mysqlTable(
  'coupon_coupons',
  {
    id: id().primaryKey(),
    name: varchar({ length: 100 }).notNull(),
    kind: varchar({ length: 20 }).$type<CouponKind>().notNull(),
    /** What a fixed amount takes off; 0 with the other kinds. */
    discountAmount: krw('discount_amount').notNull(),
    /** What a percentage takes off; 0 with the other kinds. */
    percent: tinyint().notNull().default(0),
    /** A percentage takes off no more than this. */
    maxDiscountAmount: krw('max_discount_amount'),
    minOrderAmount: krw('min_order_amount').notNull(),
    opensAt: moment('opens_at').notNull(),
    closesAt: moment('closes_at').notNull(),
    scope: varchar({ length: 8 }).$type<CouponScope>().notNull().default('all'),
    /** JSON: the ids of the types or products that it covers; null for all. */
    scopeIds: text('scope_ids'),
    /** Days from the issue during which a member can use it; null when `validUntil` says. */
    validDays: smallint('valid_days'),
    /** The end of a period that is the same for all members; null when `validDays` says. */
    validUntil: moment('valid_until'),
    /** What a member must know to claim it; null when anyone may. */
    code: varchar({ length: 50 }),
    version: int().notNull().default(1),
    createdAt: createdMoment('created_at'),
  },
  // Claims by code look here; a code belongs to one coupon.
  (table) => [
    uniqueIndex('coupon_coupons_code').on(table.code),
    // The gate looks for open campaigns every second.
    index('coupon_coupons_closes').on(table.closesAt),
  ],
);

/**
 * The counters that claims and orders move, apart from the facts: a narrow row that no foreign key
 * points at, because inserts of referring rows would lock it and deadlock with its updates.
 */
export const couponCounters = mysqlTable(
  'coupon_counters',
  {
    couponId: id('coupon_id').primaryKey(),
    quantity: int().notNull(),
    state: varchar({ length: 6 }).$type<CampaignState>().notNull().default('open'),
    /** Counts how often its keys in Redis were made anew; entries of another epoch do not count. */
    epoch: int().notNull().default(1),
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
    /** Of coupons that can still be used: what expiry and reminders look for. */
    openUntil: moment('open_until').generatedAlwaysAs(
      sql`(CASE WHEN state = 'issued' THEN expires_at END)`,
      { mode: 'stored' },
    ),
    reminded: tinyint().notNull().default(0),
    issuedAt: createdMoment('issued_at'),
  },
  (table) => [
    // One per member; the member comes first so that it also serves a member's own list.
    uniqueIndex('coupon_member_coupons_once').on(table.memberId, table.couponId),
    // Reminded ones apart: what is to be reminded of is found without looking at all the others.
    index('coupon_member_coupons_expiry').on(table.reminded, table.openUntil),
    // Claims in the order of their ranks, when the gate's keys are filled anew.
    index('coupon_member_coupons_rank').on(table.couponId, table.rank),
  ],
);

/** What is set aside for orders; kept as long as the order. */
export const couponHolds = mysqlTable('coupon_holds', {
  orderId: id('order_id').primaryKey(),
  memberCouponId: id('member_coupon_id').notNull(),
  state: varchar({ length: 9 }).$type<HoldState>().notNull(),
});

/** Coupon's own copy of whom the shop has: an admin can issue to nobody else. */
export const knownMembers = mysqlTable('coupon_known_members', {
  memberId: id('member_id').primaryKey(),
});

/** Lists of members whom an admin gives a coupon; worked off in the background. */
export const issues = mysqlTable(
  'coupon_issues',
  {
    id: id().primaryKey(),
    couponId: id('coupon_id').notNull(),
    adminId: id('admin_id').notNull(),
    state: varchar({ length: 7 }).$type<IssueState>().notNull(),
    total: int().notNull(),
    issuedCount: int('issued_count').notNull().default(0),
    /** Members who had it already, and those for whom none was left. */
    alreadyCount: int('already_count').notNull().default(0),
    refusedCount: int('refused_count').notNull().default(0),
    createdAt: createdMoment('created_at'),
    finishedAt: moment('finished_at'),
  },
  (table) => [index('coupon_issues_state').on(table.state, table.id)],
);

/** The members of a list that are not done yet, in its order. */
export const issueMembers = mysqlTable(
  'coupon_issue_members',
  {
    issueId: id('issue_id').notNull(),
    position: int().notNull(),
    memberId: id('member_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.issueId, table.position] })],
);
