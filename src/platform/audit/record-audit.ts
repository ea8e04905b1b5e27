import type { Transaction } from '../database/transaction.ts';
import { insertInto } from '../database/insert-into.ts';
import { newId, type Id } from '../ids/id.ts';
import { auditLog } from './audit.tables.ts';

const insertEntries = insertInto(auditLog, { leftToDefault: ['happenedAt'] });

/** Notes an admin's change in the transaction that makes it. `detail` holds no personal data. */
export async function recordAudit(
  tx: Transaction,
  entry: { adminId: Id; action: string; subjectId: Id; detail?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const detail = JSON.stringify(entry.detail ?? {});
  await insertEntries(tx, [{ ...entry, id: newId(), detail }]);
}
