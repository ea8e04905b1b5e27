import { insertFresh } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { newId, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import { insertEntries, insertWallets } from '../wallet/wallet.store.ts';
import { insertMembers, readMemberIds, type NewMember } from './accounts.store.ts';
import { hashPassword } from './passwords.ts';
import type { Registration } from './register-member.ts';
import { registeredEvents } from './registered-event.ts';

/** A registration, and what the shop puts into the wallet. */
export type ImportedMember = Registration & { freeAmount: Krw };

/** Gives the ids of the members, in the order given. */
export type ImportMembers = (list: readonly ImportedMember[]) => Promise<Id[]>;

const MEMBERS_AT_ONCE = 500;
const REASON = '가입 축하';

/**
 * Opens many accounts at once, with money in their wallets. Login ids that have an account are left
 * as they are, so an import that was cut short can be run again.
 */
export function createImportMembers({
  inTransaction,
}: {
  inTransaction: InTransaction;
}): ImportMembers {
  return async function importMembers(list) {
    const hashOnce = rememberingHash();
    const ids: Id[] = [];
    for (let from = 0; from < list.length; from += MEMBERS_AT_ONCE) {
      const part = list.slice(from, from + MEMBERS_AT_ONCE);
      // Part by part, to keep transactions short.
      const rows = await Promise.all(
        part.map(async ({ password, ...member }) => ({
          ...member,
          id: newId(),
          passwordHash: await hashOnce(password),
        })),
      );
      ids.push(...(await inTransaction((tx) => importRows(tx, rows))));
    }
    return ids;
  };
}

/** Demonstration members share a password: hashing it once instead of for each saves minutes. */
function rememberingHash(): (password: string) => Promise<string> {
  const hashes = new Map<string, Promise<string>>();
  return (password) => {
    const hash = hashes.get(password) ?? hashPassword(password);
    hashes.set(password, hash);
    return hash;
  };
}

async function importRows(
  tx: Transaction,
  rows: readonly (NewMember & { freeAmount: Krw })[],
): Promise<Id[]> {
  const loginIds = rows.map((row) => row.loginId);
  const known = await readMemberIds(tx, loginIds);
  const fresh = rows.filter((row) => !known.has(row.loginId));
  if (fresh.length > 0) {
    await insertFresh(insertMembers(tx, fresh));
    const funds = fresh.map(({ id, freeAmount }) => ({ memberId: id, paidAmount: 0, freeAmount }));
    await insertWallets(tx, funds);
    const granted = funds.filter((row) => row.freeAmount > 0);
    await insertEntries(
      tx,
      granted.map((row) => ({ id: newId(), kind: 'grant', ...row, orderId: null, reason: REASON })),
    );
    recordEvents(tx, ...registeredEvents(fresh.map(({ id }) => id)));
  }
  return rows.map((row) => known.get(row.loginId) ?? row.id);
}
