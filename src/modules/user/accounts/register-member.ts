import { isDuplicateKey } from '../../../platform/database/sql-error.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { isSecretToken } from '../../../platform/hashing/secret-token.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import { carryCart } from '../sessions/carry-cart.ts';
import { insertRefreshToken } from '../sessions/sessions.store.ts';
import type { IssueTokens, SessionTokens } from '../sessions/session-tokens.ts';
import { loginIdTaken } from '../user.errors.ts';
import { NO_FUNDS } from '../wallet/wallet.rules.ts';
import { insertWallets } from '../wallet/wallet.store.ts';
import { insertMembers } from './accounts.store.ts';
import { hashPassword } from './passwords.ts';
import { registeredEvents } from './registered-event.ts';

export type Registration = {
  loginId: string;
  password: string;
  name: string;
  email: string;
  phone: string;
};

export type Registered = { member: { id: Id; loginId: string; name: string } } & SessionTokens;

/** @param cartToken of a cart that was filled before; what cannot be a token is passed over */
export type RegisterMember = (
  registration: Registration,
  cartToken?: string,
) => Promise<Registered>;

/**
 * Opens an account with an empty wallet, and logs its member in. Throws `login_id_taken`.
 */
export function createRegisterMember(parts: {
  inTransaction: InTransaction;
  issueTokens: IssueTokens;
}): RegisterMember {
  const { inTransaction, issueTokens } = parts;

  return async function registerMember({ password, ...person }, cartToken) {
    const passwordHash = await hashPassword(password);
    const id = newId();
    const { tokens, stored } = issueTokens({ kind: 'member', sub: id }, newId());
    await inTransaction(
      async (tx) => {
        await withFreeLoginId(insertMembers(tx, [{ id, ...person, passwordHash }]));
        await insertWallets(tx, [{ memberId: id, ...NO_FUNDS }]);
        await insertRefreshToken(tx, stored);
        recordEvents(tx, ...registeredEvents([id]));
        if (isSecretToken(cartToken)) carryCart(tx, stored, cartToken);
      },
      { atOnce: true },
    );
    return { member: { id, loginId: person.loginId, name: person.name }, ...tokens };
  };
}

/** The unique key decides: a look before would let two registrations at once pass. */
async function withFreeLoginId(insert: Promise<void>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    throw isDuplicateKey(error) ? loginIdTaken() : error;
  }
}
