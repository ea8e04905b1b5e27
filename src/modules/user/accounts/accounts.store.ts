import { and, desc, eq, gt, inArray, lt } from 'drizzle-orm';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Claims } from '../../../platform/auth/access-token.ts';
import type { Role } from '../../../platform/auth/permissions.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import { admins, members } from '../user.tables.ts';

// Whatever carries personal data goes through prepared statements: drizzle's errors repeat a
// statement's values, and would bring them into the logs.

export type NewMember = {
  id: Id;
  loginId: string;
  name: string;
  email: string;
  phone: string;
  passwordHash: string;
};

/** Stores members. Throws the duplicate-key error when a login id is taken. */
export const insertMembers = insertInto(members, { leftToDefault: ['createdAt'] });

/**
 * Which of the login ids have an account already, and whose it is. Compared with parameters, not
 * with a column of bulk rows: its collation is the server's own, and MariaDB refuses the mix.
 */
export async function readMemberIds(
  tx: Transaction,
  loginIds: readonly string[],
): Promise<Map<string, Id>> {
  const rows = await tx.select<{ id: Buffer; loginId: string }>(
    `SELECT id, login_id AS loginId FROM user_members
     WHERE login_id IN (${loginIds.map(() => '?').join(', ')})`,
    loginIds,
  );
  return new Map(rows.map((row) => [row.loginId, idFromBytes(row.id)]));
}

/** Who a login id belongs to, and what the password is compared with. */
export type Account = { claims: Claims; passwordHash: string };

/** The column compares without regard to case, so "Kim" finds kim. */
export async function findMemberAccount(
  database: Database,
  loginId: string,
): Promise<Account | undefined> {
  const [row] = await database.select<{ id: Buffer; passwordHash: string }>(
    'SELECT id, password_hash AS passwordHash FROM user_members WHERE login_id = ?',
    [loginId],
  );
  if (!row) return undefined;
  return { claims: { kind: 'member', sub: idFromBytes(row.id) }, passwordHash: row.passwordHash };
}

export async function findAdminAccount(
  database: Database,
  loginId: string,
): Promise<Account | undefined> {
  const [row] = await database.select<{ id: Buffer; role: Role; passwordHash: string }>(
    'SELECT id, role, password_hash AS passwordHash FROM user_admins WHERE login_id = ?',
    [loginId],
  );
  if (!row) return undefined;
  const claims: Claims = { kind: 'admin', sub: idFromBytes(row.id), role: row.role };
  return { claims, passwordHash: row.passwordHash };
}

/** The admin's role as it is now; undefined when there is no such admin any more. */
export async function readRole(tx: Transaction, adminId: Id): Promise<Role | undefined> {
  const [row] = await tx.orm
    .select({ role: admins.role })
    .from(admins)
    .where(eq(admins.id, adminId));
  return row?.role;
}

/** Reads the whole table: it has as many rows as the shop has staff, and is asked once a start. */
export async function hasOwner(database: Database): Promise<boolean> {
  const rows = await database.select("SELECT id FROM user_admins WHERE role = 'owner' LIMIT 1");
  return rows.length > 0;
}

const insertAdmins = insertInto(admins, { leftToDefault: ['createdAt'] });

/** Stores an admin. Throws the duplicate-key error when the id or the login id is taken. */
export async function insertAdmin(
  database: Database,
  admin: { id: Id; loginId: string; passwordHash: string; role: Role },
): Promise<void> {
  await insertAdmins(database, [admin]);
}

export type MemberRow = Omit<typeof members.$inferSelect, 'passwordHash'>;

export async function findMember(database: Database, id: Id): Promise<MemberRow | undefined> {
  const [row] = await database.orm
    .select({
      id: members.id,
      loginId: members.loginId,
      name: members.name,
      email: members.email,
      phone: members.phone,
      createdAt: members.createdAt,
    })
    .from(members)
    .where(eq(members.id, id));
  return row;
}

/** Members, newest first; `beforeId` continues after that one, `ids` takes only these. */
export async function readMembers(
  database: Database,
  page: { limit: number; beforeId: Id | undefined; ids: readonly Id[] | undefined },
): Promise<Pick<MemberRow, 'id' | 'loginId' | 'name' | 'createdAt'>[]> {
  return database.orm
    .select({
      id: members.id,
      loginId: members.loginId,
      name: members.name,
      createdAt: members.createdAt,
    })
    .from(members)
    .where(
      and(
        page.ids === undefined ? undefined : inArray(members.id, [...page.ids]),
        page.beforeId === undefined ? undefined : lt(members.id, page.beforeId),
      ),
    )
    .orderBy(desc(members.id))
    .limit(page.limit);
}

/** The ids of all members, in their order, for republishing. */
export async function readMemberIdsAfter(
  database: Database,
  afterId: Id | undefined,
  limit: number,
): Promise<Id[]> {
  const rows = await database.orm
    .select({ id: members.id })
    .from(members)
    .where(afterId === undefined ? undefined : gt(members.id, afterId))
    .orderBy(members.id)
    .limit(limit);
  return rows.map((row) => row.id);
}
