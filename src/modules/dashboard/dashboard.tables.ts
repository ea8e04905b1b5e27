import { sql } from 'drizzle-orm';
import { bigint, check, mysqlTable } from 'drizzle-orm/mysql-core';
import { krw, moment } from '../../platform/database/columns.ts';

const counter = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

/**
 * Sales in quarters of an hour, UTC. Every time zone is whole quarters away from UTC, so these rows
 * add up exactly to the hours, days and months of any shop; hours would not, in Mumbai for one.
 */
export const salesQuarters = mysqlTable(
  'dashboard_sales_quarters',
  {
    quarterStart: moment('quarter_start').primaryKey(),
    paidOrders: counter('paid_orders'),
    paidAmount: krw('paid_amount').notNull().default(0),
    soldUnits: counter('sold_units'),
    cancelledOrders: counter('cancelled_orders'),
    /** What went back to the buyers. */
    cancelledAmount: krw('cancelled_amount').notNull().default(0),
  },
  // They only ever grow: a negative one would mean that something was taken off twice.
  (table) => [
    check(
      'dashboard_sales_quarters_counters',
      sql`${table.paidOrders} >= 0 AND ${table.paidAmount} >= 0 AND ${table.soldUnits} >= 0
          AND ${table.cancelledOrders} >= 0 AND ${table.cancelledAmount} >= 0`,
    ),
  ],
);
