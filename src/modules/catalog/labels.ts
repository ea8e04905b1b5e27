import { asc, max } from 'drizzle-orm';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Database } from '../../platform/database/database.ts';
import { isDuplicateKey } from '../../platform/database/sql-error.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import { newId, type Id } from '../../platform/ids/id.ts';
import { nameTaken } from './catalog.errors.ts';
import { styles, types } from './catalog.tables.ts';

/** Types and styles are kept alike: a name and a place in the list. */
const TABLES = { type: types, style: styles } as const;

export type LabelKind = keyof typeof TABLES;
export type Label = { id: Id; name: string; position: number };
export type Labels = ReturnType<typeof createLabels>;

export function createLabels(parts: { database: Database; inTransaction: InTransaction }) {
  const { database, inTransaction } = parts;
  return {
    /** All of a kind, in the order in which the shop shows them. */
    list: (kind: LabelKind): Promise<Label[]> => {
      const table = TABLES[kind];
      return database.orm.select().from(table).orderBy(asc(table.position), asc(table.id));
    },

    /** Adds one at the end; no admin when the shop itself does, as its seed. Throws `name_taken`. */
    create: async (adminId: Id | null, kind: LabelKind, name: string): Promise<Label> => {
      const table = TABLES[kind];
      const id = newId();
      return inTransaction(async (tx) => {
        const [last] = await tx.orm.select({ position: max(table.position) }).from(table);
        const label = { id, name, position: (last?.position ?? 0) + 1 };
        await once(tx.orm.insert(table).values(label));
        if (adminId !== null) {
          const action = `catalog.create-${kind}`;
          await recordAudit(tx, { adminId, action, subjectId: id, detail: { name } });
        }
        return label;
      });
    },
  };
}

async function once(insert: PromiseLike<unknown>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    throw isDuplicateKey(error) ? nameTaken() : error;
  }
}
