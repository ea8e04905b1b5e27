import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import type { InTransaction } from '../events/transactions.ts';
import type { Id } from '../ids/id.ts';
import type { Campaign, CampaignStore } from './campaign-store.ts';
import { createAdmit, type AdmitStatements } from './create-admit.ts';
import type { Claim } from './first-come.rules.ts';

type Reader = Pick<Database, 'select'>;

/** The statements of a module for its campaigns and their claims. */
export type CampaignStatements = Omit<AdmitStatements, 'findClaims'> & {
  /** Undefined when there is no such campaign. */
  readCampaign: (reader: Reader, id: Id) => Promise<Campaign | undefined>;
  /** Makes the epoch one more than both its value and `above`; the counter row stays locked. */
  raiseEpoch: (tx: Transaction, id: Id, above: number) => Promise<void>;
  /** Claims with a rank above `afterRank`, in the order of ranks, `limit` at the most. */
  readClaims: (database: Database, id: Id, afterRank: number, limit: number) => Promise<Claim[]>;
  /** The claims that these members have. */
  findClaims: (reader: Reader, id: Id, memberIds: readonly Id[]) => Promise<Claim[]>;
  readOpenCampaigns: CampaignStore['readOpenCampaigns'];
};

/** A module's side of its gate, made of its statements. */
export function createCampaignStore(
  { database, inTransaction }: { database: Database; inTransaction: InTransaction },
  statements: CampaignStatements,
): CampaignStore {
  const { readCampaign, raiseEpoch, readClaims, findClaims, readOpenCampaigns } = statements;
  return {
    readCampaign: (id) => readCampaign(database, id),
    startEpoch: (id, above) =>
      inTransaction(async (tx) => {
        await raiseEpoch(tx, id, above);
        return readCampaign(tx, id);
      }),
    readClaims: (id, afterRank, limit) => readClaims(database, id, afterRank, limit),
    findClaims: (id, memberIds) => findClaims(database, id, memberIds),
    admit: createAdmit(inTransaction, statements),
    readOpenCampaigns,
  };
}
