import { index, int, mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import { createdMoment, id, moment } from '../../platform/database/columns.ts';

/** A picture or a line of text in a place of the shop's pages. */
export const banners = mysqlTable(
  'banner_banners',
  {
    id: id().primaryKey(),
    /** The place on the pages, such as `main`: a name that the front end knows. */
    placement: varchar({ length: 50 }).notNull(),
    title: varchar({ length: 200 }).notNull(),
    imageUrl: varchar('image_url', { length: 500 }),
    linkUrl: varchar('link_url', { length: 500 }),
    startsAt: moment('starts_at').notNull(),
    /** From when it is no longer shown; null when it stays until someone changes it. */
    endsAt: moment('ends_at'),
    /** Lower ones come first. */
    position: int().notNull(),
    version: int().notNull().default(1),
    createdAt: createdMoment('created_at'),
  },
  // The shopper's list, read in its own order: without it every page view would sort the table.
  (table) => [index('banner_banners_shown').on(table.placement, table.position, table.id)],
);
