import type { Transaction } from '../database/transaction.ts';
import { idToBytes, newId, type Id } from '../ids/id.ts';

/** Notes an admin's change in the transaction that makes it. `detail` holds no personal data. */
export async function recordAudit(
  tx: Transaction,
  entry: { adminId: Id; action: string; subjectId: Id; detail?: Readonly<Record<string, unknown>> },
): Promise<void> {
  await tx.write(
    `INSERT INTO platform_audit_log (id, admin_id, action, subject_id, detail)
     VALUES (?, ?, ?, ?, ?)`,
    [
      idToBytes(newId()),
      idToBytes(entry.adminId),
      entry.action,
      idToBytes(entry.subjectId),
      JSON.stringify(entry.detail ?? {}),
    ],
  );
}
