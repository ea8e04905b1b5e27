import { index, mysqlTable, primaryKey } from 'drizzle-orm/mysql-core';
import { createdMoment, id, sha256 } from '../database/columns.ts';

/** Which resource a client's Idempotency-Key made; written with the resource itself. */
export const idempotencyKeys = mysqlTable(
  'platform_idempotency_key',
  {
    /** The member or admin whose key it is: keys of two people never meet. */
    actorId: id('actor_id').notNull(),
    /** Of route and key: exact to the letter whatever the collation, and short. */
    keyHash: sha256('key_hash').notNull(),
    bodyHash: sha256('body_hash').notNull(),
    resourceId: id('resource_id').notNull(),
    createdAt: createdMoment('created_at'),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.keyHash] }),
    // Retention by age.
    index('platform_idempotency_key_created').on(table.createdAt),
  ],
);
