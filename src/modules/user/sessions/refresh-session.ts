import { impossible } from '../../../platform/errors/impossible.ts';
import type { Claims } from '../../../platform/auth/access-token.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { hashOfSecret } from '../../../platform/hashing/secret-token.ts';
import { readRole } from '../accounts/accounts.store.ts';
import { invalidRefreshToken } from '../user.errors.ts';
import type { IssueTokens, SessionTokens } from './session-tokens.ts';
import {
  deleteFamily,
  findRefreshToken,
  insertRefreshToken,
  spendRefreshToken,
  type RefreshTokenRow,
} from './sessions.store.ts';

export type RefreshSession = (refreshToken: string) => Promise<SessionTokens>;

/**
 * Trades a refresh token for new tokens; each works once. One that comes a second time was copied by
 * someone, and nobody can tell who is the owner: the whole session ends. Throws `unauthenticated`.
 */
export function createRefreshSession(parts: {
  inTransaction: InTransaction;
  clock: Clock;
  issueTokens: IssueTokens;
}): RefreshSession {
  const { inTransaction, clock, issueTokens } = parts;

  return async function refreshSession(refreshToken) {
    const tokenHash = hashOfSecret(refreshToken);
    // The refusal is thrown after the commit: it must not undo the end of the session.
    const refresh = async (tx: Transaction) => {
      const spentNow = await spendRefreshToken(tx, tokenHash, clock.now());
      const token = await findRefreshToken(tx, tokenHash);
      if (!token) return undefined;
      if (!spentNow) {
        if (token.spentAt !== null) await deleteFamily(tx, token.familyId);
        return undefined;
      }
      const claims = await claimsOf(tx, token);
      if (!claims) return undefined;
      const next = issueTokens(claims, token.familyId);
      await insertRefreshToken(tx, next.stored);
      return next.tokens;
    };
    // Sent again after a COMMIT that nobody answered, the token would be a spent one.
    const tokens = await inTransaction(refresh, { leavesWitness: true });
    if (!tokens) throw invalidRefreshToken();
    return tokens;
  };
}

/** An admin's role is read anew: a change of it reaches them with the next access token. */
async function claimsOf(
  tx: Transaction,
  { subjectKind, subjectId: sub }: RefreshTokenRow,
): Promise<Claims | undefined> {
  switch (subjectKind) {
    case 'member':
      return { kind: 'member', sub };
    case 'admin': {
      const role = await readRole(tx, sub);
      return role && { kind: 'admin', sub, role };
    }
    default:
      return impossible(subjectKind);
  }
}
