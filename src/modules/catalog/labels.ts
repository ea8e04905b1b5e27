import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Database } from '../../platform/database/database.ts';
import { isDuplicateKey } from '../../platform/database/sql-error.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import { newId, type Id } from '../../platform/ids/id.ts';
import { nameTaken } from './catalog.errors.ts';
import {
  insertLabel,
  lastPosition,
  listLabels,
  type Label,
  type LabelKind,
} from './labels.store.ts';

export type Labels = ReturnType<typeof createLabels>;

/** Types and styles of products. */
export function createLabels(parts: { database: Database; inTransaction: InTransaction }) {
  const { database, inTransaction } = parts;
  return {
    list: (kind: LabelKind): Promise<Label[]> => listLabels(database, kind),

    /** Adds one at the end; no admin when the shop itself does, as its seed. Throws `name_taken`. */
    create: (adminId: Id | null, kind: LabelKind, name: string): Promise<Label> => {
      const id = newId();
      const add = async (tx: Transaction) => {
        const label = { id, name, position: (await lastPosition(tx, kind)) + 1 };
        await once(insertLabel(tx, kind, label));
        if (adminId !== null) {
          const action = `catalog.create-${kind}`;
          await recordAudit(tx, { adminId, action, subjectId: id, detail: { name } });
        }
        return label;
      };
      return inTransaction(add, { leavesWitness: true });
    },
  };
}

async function once(insert: Promise<unknown>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    throw isDuplicateKey(error) ? nameTaken() : error;
  }
}
