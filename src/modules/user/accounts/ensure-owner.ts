import type { Database } from '../../../platform/database/database.ts';
import { isDuplicateKey } from '../../../platform/database/sql-error.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { hasOwner, insertAdmin } from './accounts.store.ts';
import { hashPassword } from './passwords.ts';

export type EnsureOwner = (owner: { loginId: string; password: string }) => Promise<void>;

/**
 * Always the same: of two instances that start at once, even with different configurations, the
 * primary key lets only one create an owner.
 */
const FIRST_OWNER_ID: Id = '00000000-0000-7000-8000-000000000001';

/**
 * Creates the shop's first owner. Does nothing when there is an owner already: a changed login id or
 * password in the configuration does not change who runs the shop.
 */
export function createEnsureOwner({ database }: { database: Database }): EnsureOwner {
  return async function ensureOwner({ loginId, password }) {
    if (await hasOwner(database)) return;
    const passwordHash = await hashPassword(password);
    try {
      await insertAdmin(database, { id: FIRST_OWNER_ID, loginId, passwordHash, role: 'owner' });
    } catch (error) {
      // Another instance was faster.
      if (!isDuplicateKey(error)) throw error;
    }
  };
}
