import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { isSecretToken } from '../../../platform/hashing/secret-token.ts';
import { newId } from '../../../platform/ids/id.ts';
import type { Account } from '../accounts/accounts.store.ts';
import { passwordMatches } from '../accounts/passwords.ts';
import { wrongCredentials } from '../user.errors.ts';
import { carryCart } from './carry-cart.ts';
import { insertRefreshToken } from './sessions.store.ts';
import type { IssueTokens, SessionTokens } from './session-tokens.ts';

/** @param cartToken of a cart that was filled before; what cannot be a token is passed over */
export type LogIn = (
  credentials: { loginId: string; password: string },
  cartToken?: string,
) => Promise<SessionTokens>;

/**
 * Begins a session, for members or for admins: `findAccount` says whose. Throws `unauthenticated`,
 * with the same words and after the same time for an unknown login id and for a wrong password.
 */
export function createLogIn(parts: {
  database: Database;
  inTransaction: InTransaction;
  findAccount: (database: Database, loginId: string) => Promise<Account | undefined>;
  issueTokens: IssueTokens;
}): LogIn {
  const { database, inTransaction, findAccount, issueTokens } = parts;

  return async function logIn({ loginId, password }, cartToken) {
    const account = await findAccount(database, loginId);
    const matches = await passwordMatches(account, password);
    if (!account || !matches) throw wrongCredentials();
    const { tokens, stored } = issueTokens(account.claims, newId());
    if (!isSecretToken(cartToken)) {
      await insertRefreshToken(database, stored);
      return tokens;
    }
    await inTransaction(
      async (tx) => {
        await insertRefreshToken(tx, stored);
        carryCart(tx, stored, cartToken);
      },
      { atOnce: true },
    );
    return tokens;
  };
}
