import { asc, max } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { Id } from '../../platform/ids/id.ts';
import { styles, types } from './catalog.tables.ts';

/** Types and styles are kept alike: a name and a place in the list. */
const TABLES = { type: types, style: styles } as const;

export type LabelKind = keyof typeof TABLES;
export type Label = { id: Id; name: string; position: number };

/** All of a kind, in the order in which the shop shows them. */
export async function listLabels(database: Database, kind: LabelKind): Promise<Label[]> {
  const table = TABLES[kind];
  return database.orm.select().from(table).orderBy(asc(table.position), asc(table.id));
}

/** The place of the last one; 0 when there is none. */
export async function lastPosition(tx: Transaction, kind: LabelKind): Promise<number> {
  const table = TABLES[kind];
  const [last] = await tx.orm.select({ position: max(table.position) }).from(table);
  return last?.position ?? 0;
}

/** Throws the duplicate-key error when the name is in use. */
export async function insertLabel(tx: Transaction, kind: LabelKind, label: Label): Promise<void> {
  await tx.orm.insert(TABLES[kind]).values(label);
}
