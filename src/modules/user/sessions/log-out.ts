import type { InTransaction } from '../../../platform/events/transactions.ts';
import { hashOfSecret } from '../../../platform/hashing/secret-token.ts';
import { deleteFamily, findRefreshToken } from './sessions.store.ts';

export type LogOut = (refreshToken: string) => Promise<void>;

/**
 * Ends the session that the token belongs to; a token of no session is as good as logged out. Access
 * tokens that are out already stay valid until they expire.
 */
export function createLogOut({ inTransaction }: { inTransaction: InTransaction }): LogOut {
  return async function logOut(refreshToken) {
    await inTransaction(async (tx) => {
      const token = await findRefreshToken(tx, hashOfSecret(refreshToken));
      if (token) await deleteFamily(tx, token.familyId);
    });
  };
}
