import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { noSuchMember } from '../user.errors.ts';
import { totalOf } from './wallet.rules.ts';
import { findWallet } from './wallet.store.ts';

export type ShowWallet = ReturnType<typeof createShowWallet>;

/** What a member can spend now, without what is set aside for orders. Throws `not_found`. */
export function createShowWallet({ database }: { database: Database }) {
  return async function showWallet(memberId: Id) {
    const wallet = await findWallet(database, memberId);
    if (!wallet) throw noSuchMember();
    const { paidAmount, freeAmount } = wallet;
    return { balanceAmount: totalOf(wallet), paidAmount, freeAmount };
  };
}
