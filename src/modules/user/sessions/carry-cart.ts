import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import { hashOfSecret } from '../../../platform/hashing/secret-token.ts';
import { memberLoggedIn } from '../user.events.ts';
import type { NewRefreshToken } from './sessions.store.ts';

/**
 * Tells that a member has begun this session with a guest's cart in hand, so that it becomes part of
 * the member's own: before the transaction commits if it has its events handled at once (decision 12),
 * else soon after. Nobody asks here whether there is such a cart.
 */
export function carryCart(
  tx: Transaction,
  { familyId, subjectId }: NewRefreshToken,
  cartToken: string,
): void {
  const cartKey = hashOfSecret(cartToken).toString('hex');
  recordEvents(tx, memberLoggedIn.of(familyId, 1, { memberId: subjectId, cartKey }));
}
