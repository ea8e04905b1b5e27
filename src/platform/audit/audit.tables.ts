import { index, mysqlTable, text, varchar } from 'drizzle-orm/mysql-core';
import { createdMoment, id } from '../database/columns.ts';

/** Append-only: what admins changed. */
export const auditLog = mysqlTable(
  'platform_audit_log',
  {
    id: id().primaryKey(),
    adminId: id('admin_id').notNull(),
    /** What was done, such as `catalog.create-product`. */
    action: varchar({ length: 100 }).notNull(),
    subjectId: id('subject_id').notNull(),
    /** JSON without personal data or secrets. */
    detail: text().notNull(),
    happenedAt: createdMoment('happened_at'),
  },
  // Answers "who changed this?" without reading the whole log.
  (table) => [index('platform_audit_log_subject').on(table.subjectId)],
);
