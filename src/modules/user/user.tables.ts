import { sql } from 'drizzle-orm';
import { check, index, mysqlTable, text, uniqueIndex, varchar } from 'drizzle-orm/mysql-core';
import type { Role } from '../../platform/auth/permissions.ts';
import { createdMoment, id, krw, moment, sha256 } from '../../platform/database/columns.ts';
import type { HoldState } from '../../platform/holds/hold-state.ts';
import type { PointEntryKind } from './points/points.rules.ts';
import type { WalletEntryKind } from './wallet/wallet.rules.ts';

/** Shoppers with an account. The only table of the shop that knows who they are. */
export const members = mysqlTable(
  'user_members',
  {
    id: id().primaryKey(),
    loginId: varchar('login_id', { length: 50 }).notNull(),
    name: varchar({ length: 50 }).notNull(),
    email: varchar({ length: 254 }).notNull(),
    phone: varchar({ length: 20 }).notNull(),
    passwordHash: varchar('password_hash', { length: 255 }).notNull(),
    createdAt: createdMoment('created_at'),
  },
  // Of two registrations at once, only the key can refuse the second; every login looks here, too.
  (table) => [uniqueIndex('user_members_login_id').on(table.loginId)],
);

/** Who runs the shop: apart from members, so that no login of a shopper ever becomes an admin's. */
export const admins = mysqlTable(
  'user_admins',
  {
    id: id().primaryKey(),
    loginId: varchar('login_id', { length: 50 }).notNull(),
    passwordHash: varchar('password_hash', { length: 255 }).notNull(),
    role: varchar({ length: 7 }).$type<Role>().notNull(),
    createdAt: createdMoment('created_at'),
  },
  (table) => [uniqueIndex('user_admins_login_id').on(table.loginId)],
);

/**
 * Refresh tokens, one row for each that was ever given out in a session that still lives. Spent ones
 * stay: only so can their reuse be told from a token that never was.
 */
export const refreshTokens = mysqlTable(
  'user_refresh_tokens',
  {
    /** Whoever reads the table, or a backup of it, cannot log in with what it holds. */
    tokenHash: sha256('token_hash').primaryKey(),
    /** The session: all tokens that descend from one login. */
    familyId: id('family_id').notNull(),
    subjectId: id('subject_id').notNull(),
    subjectKind: varchar('subject_kind', { length: 6 }).$type<'member' | 'admin'>().notNull(),
    expiresAt: moment('expires_at').notNull(),
    spentAt: moment('spent_at'),
    createdAt: createdMoment('created_at'),
  },
  (table) => [
    // Ending a session deletes by family; without it, each logout would read every session's tokens.
    index('user_refresh_tokens_family').on(table.familyId),
    // Lets the clean-up find what expired without reading what did not.
    index('user_refresh_tokens_expiry').on(table.expiresAt),
  ],
);

/**
 * What members can spend, apart from who they are: a narrow row that no foreign key points at,
 * because inserts of referring rows would lock it and deadlock with its updates.
 */
export const wallets = mysqlTable(
  'user_wallets',
  {
    memberId: id('member_id').primaryKey(),
    /** What the member paid in. */
    paidAmount: krw('paid_amount').notNull(),
    /** What the shop gave; spent first. */
    freeAmount: krw('free_amount').notNull(),
  },
  // The last line of defence: whatever the code believes, the database spends no won twice.
  (table) => [
    check('user_wallets_amounts', sql`${table.paidAmount} >= 0 AND ${table.freeAmount} >= 0`),
  ],
);

/** Append-only: why a member's money changed. Amounts are differences, below zero for a payment. */
export const walletEntries = mysqlTable(
  'user_wallet_entries',
  {
    id: id().primaryKey(),
    memberId: id('member_id').notNull(),
    kind: varchar({ length: 7 }).$type<WalletEntryKind>().notNull(),
    paidAmount: krw('paid_amount').notNull(),
    freeAmount: krw('free_amount').notNull(),
    /** The order that was paid or refunded; null for a grant. */
    orderId: id('order_id'),
    /** Why an admin granted it, for the member to read; null for an order's entries. */
    reason: varchar({ length: 200 }),
    createdAt: createdMoment('created_at'),
  },
  // Serves a member's own list, newest first, and the sum that an audit compares.
  (table) => [index('user_wallet_entries_member').on(table.memberId, table.id)],
);

/**
 * Points, by the grant that they came from: spent oldest first, each lot with an expiry of its own.
 * Whoever changes a member's lots holds the lock of the member's wallet.
 */
export const pointLots = mysqlTable(
  'user_point_lots',
  {
    id: id().primaryKey(),
    memberId: id('member_id').notNull(),
    grantedAmount: krw('granted_amount').notNull(),
    remainingAmount: krw('remaining_amount').notNull(),
    expiresAt: moment('expires_at').notNull(),
    /** Of lots that have something left: what the clean-up looks for, however many are spent. */
    openUntil: moment('open_until').generatedAlwaysAs(
      sql`(CASE WHEN remaining_amount > 0 THEN expires_at END)`,
      { mode: 'stored' },
    ),
    createdAt: createdMoment('created_at'),
  },
  (table) => [
    // Finds a member's lots that have something left, however many are spent.
    index('user_point_lots_member').on(table.memberId, table.remainingAmount),
    index('user_point_lots_expiry').on(table.openUntil),
    check(
      'user_point_lots_amounts',
      sql`${table.remainingAmount} >= 0 AND ${table.remainingAmount} <= ${table.grantedAmount}`,
    ),
  ],
);

/** Append-only: why a member's points changed. Amounts are differences, below zero when spent. */
export const pointEntries = mysqlTable(
  'user_point_entries',
  {
    id: id().primaryKey(),
    memberId: id('member_id').notNull(),
    kind: varchar({ length: 7 }).$type<PointEntryKind>().notNull(),
    amount: krw('amount').notNull(),
    /** The order that was paid or refunded; null for grants and expiries. */
    orderId: id('order_id'),
    /** Why an admin granted it, for the member to read. */
    reason: varchar({ length: 200 }),
    /** When granted points expire. */
    expiresAt: moment('expires_at'),
    createdAt: createdMoment('created_at'),
  },
  (table) => [index('user_point_entries_member').on(table.memberId, table.id)],
);

/** What is set aside for orders; kept as long as the order. */
export const fundsHolds = mysqlTable('user_funds_holds', {
  orderId: id('order_id').primaryKey(),
  /** Null for the tombstone of a failed order, whose event names no member. */
  memberId: id('member_id'),
  paidAmount: krw('paid_amount').notNull(),
  freeAmount: krw('free_amount').notNull(),
  pointsAmount: krw('points_amount').notNull().default(0),
  /** JSON: [[lotId, amount], …], the lots that the points came from; null without points. */
  pointLots: text('point_lots'),
  /** Of the pay money: what was given back after it was spent. */
  refundedAmount: krw('refunded_amount').notNull().default(0),
  /** The same of the points. */
  refundedPointsAmount: krw('refunded_points_amount').notNull().default(0),
  state: varchar({ length: 9 }).$type<HoldState>().notNull(),
});
