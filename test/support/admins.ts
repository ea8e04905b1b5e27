import { hashPassword } from '../../src/modules/user/accounts/passwords.ts';
import type { Role } from '../../src/platform/auth/permissions.ts';
import { idFromBytes, idToBytes, newId, type Id } from '../../src/platform/ids/id.ts';
import type { TestShop } from './start-shop.ts';

export type TestAdmin = { id: Id; loginId: string; password: string; token: string };

/** An admin of the role, with an access token. */
export async function createAdmin({ app, database }: TestShop, role: Role): Promise<TestAdmin> {
  const id = newId();
  const loginId = `${role}-${id.slice(-8)}`;
  const password = 'an-admin-password';
  await database.write(
    'INSERT INTO user_admins (id, login_id, password_hash, role) VALUES (?, ?, ?, ?)',
    [idToBytes(id), loginId, await hashPassword(password), role],
  );
  return { id, loginId, password, token: app.server.jwt.sign({ kind: 'admin', sub: id, role }) };
}

/** What the audit log says of a subject, in the order in which it happened. */
export async function auditEntries(
  { database }: TestShop,
  subjectId: Id,
): Promise<{ adminId: Id; action: string; detail: Record<string, unknown> }[]> {
  const rows = await database.select<{ adminId: Buffer; action: string; detail: string }>(
    `SELECT admin_id AS adminId, action, detail FROM platform_audit_log
     WHERE subject_id = ? ORDER BY id`,
    [idToBytes(subjectId)],
  );
  return rows.map(({ adminId, action, detail }) => ({
    adminId: idFromBytes(adminId),
    action,
    detail: JSON.parse(detail),
  }));
}
