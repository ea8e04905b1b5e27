import { AmbiguousCommit } from '../database/run-transaction.ts';
import { isDuplicateKey } from '../database/sql-error.ts';
import type { Transaction } from '../database/transaction.ts';
import type { InTransaction } from '../events/transactions.ts';
import type { Id } from '../ids/id.ts';
import type { Admission, CampaignStore } from './campaign-store.ts';
import { admitByRank, type Claim, type ClaimCounter, type Entry } from './first-come.rules.ts';

/** The statements of a module for storing claims. */
export type AdmitStatements = {
  /** Reads the campaign's counter row FOR UPDATE. */
  lockCounter: (tx: Transaction, campaignId: Id) => Promise<ClaimCounter | undefined>;
  /** The claims that these members have. */
  findClaims: (tx: Transaction, campaignId: Id, memberIds: readonly Id[]) => Promise<Claim[]>;
  /** Inserts claims by a plain INSERT, and records what it tells other modules of them. */
  insertClaims: (tx: Transaction, campaignId: Id, entries: readonly Entry[]) => Promise<void>;
  /** Moves the counter row's `issued` up. */
  addIssued: (tx: Transaction, campaignId: Id, count: number) => Promise<void>;
};

/**
 * Makes a store's `admit` from its statements. The counter row is locked first, so whoever else
 * stores claims or starts an epoch takes turns. Throws what the database throws.
 */
export function createAdmit(
  inTransaction: InTransaction,
  statements: AdmitStatements,
): CampaignStore['admit'] {
  return async function admit(campaignId, epoch, entries) {
    try {
      return await attempt(campaignId, epoch, entries, false);
    } catch (error) {
      // Some of them are stored already, or may be: whose, has to be looked up.
      if (!isDuplicateKey(error) && !(error instanceof AmbiguousCommit)) throw error;
      return attempt(campaignId, epoch, entries, true);
    }
  };

  function attempt(
    campaignId: Id,
    epoch: number,
    entries: readonly Entry[],
    mayBeStored: boolean,
  ): Promise<Admission> {
    return inTransaction(async (tx) => {
      const counter = await statements.lockCounter(tx, campaignId);
      if (!counter) throw new Error(`campaign ${campaignId} has no counter`);
      if (counter.epoch !== epoch) return { kind: 'other_epoch' };
      const isRepeated = mayBeStored || entries.some(({ rank }) => rank <= counter.issued);
      const memberIds = entries.map(({ memberId }) => memberId);
      const known = isRepeated ? await statements.findClaims(tx, campaignId, memberIds) : [];
      const { claims, fresh, stoppedBy } = admitByRank(counter, entries, known);
      if (fresh.length > 0) {
        await statements.insertClaims(tx, campaignId, fresh);
        await statements.addIssued(tx, campaignId, fresh.length);
      }
      return { kind: 'admitted', claims, stoppedBy };
    });
  }
}
