import { Type } from 'typebox';
import { bulkParameter, bulkRows, hex, sqlMoment } from '../../../../src/platform/database/bulk.ts';
import type { Database } from '../../../../src/platform/database/database.ts';
import type { Transaction } from '../../../../src/platform/database/transaction.ts';
import { defineEvent, field } from '../../../../src/platform/events/define-event.ts';
import { recordEvents } from '../../../../src/platform/events/record-events.ts';
import type { InTransaction } from '../../../../src/platform/events/transactions.ts';
import type {
  Campaign,
  CampaignState,
  CampaignStore,
} from '../../../../src/platform/first-come/campaign-store.ts';
import { createCampaignStore } from '../../../../src/platform/first-come/create-campaign-store.ts';
import type { Claim, Entry } from '../../../../src/platform/first-come/first-come.rules.ts';
import { idFromBytes, idToBytes, newId, type Id } from '../../../../src/platform/ids/id.ts';

export const claimed = defineEvent(
  'test.claimed',
  Type.Object({ campaignId: field.id(), memberId: field.id() }),
);

const CREATE_CAMPAIGNS = `
  CREATE TABLE test_campaigns (
    id BINARY(16) PRIMARY KEY, quota INT NOT NULL, issued INT NOT NULL DEFAULT 0,
    epoch INT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 1, state VARCHAR(6) NOT NULL,
    opens_at DATETIME(3) NOT NULL, closes_at DATETIME(3) NOT NULL, KEY test_campaigns_end (closes_at),
    CONSTRAINT test_campaigns_issued CHECK (issued <= quota))`;

const CREATE_CLAIMS = `
  CREATE TABLE test_claims (
    id BINARY(16) PRIMARY KEY, campaign_id BINARY(16) NOT NULL, member_id BINARY(16) NOT NULL,
    claim_rank INT NOT NULL, extra VARCHAR(100) NOT NULL,
    UNIQUE KEY test_claims_once (member_id, campaign_id),
    KEY test_claims_rank (campaign_id, claim_rank))`;

const SELECT_CAMPAIGN = `
  SELECT id, quota, issued, epoch, version, state, opens_at AS opensAt, closes_at AS closesAt
  FROM test_campaigns`;

const FIND_CLAIMS = `
  SELECT c.id, c.member_id AS memberId, c.claim_rank AS claimRank
  FROM ${bulkRows('wanted', { member_id: 'id' })}
  STRAIGHT_JOIN test_claims AS c
    ON c.member_id = UNHEX(wanted.member_id) AND c.campaign_id = ?`;

const INSERT_CLAIMS = `
  INSERT INTO test_claims (id, campaign_id, member_id, claim_rank, extra)
  SELECT UNHEX(fresh.id), ?, UNHEX(fresh.member_id), fresh.claim_rank, fresh.extra
  FROM ${bulkRows('fresh', { id: 'id', member_id: 'id', claim_rank: 'bigint', extra: 'varchar' })}`;

export async function createCampaignTables(database: Database): Promise<void> {
  await database.write(CREATE_CAMPAIGNS);
  await database.write(CREATE_CLAIMS);
}

type CampaignRow = Omit<Campaign, 'id'> & { id: Buffer };
type ClaimRow = { id: Buffer; memberId: Buffer; claimRank: number };

/** A store as a module would write it, on two tables of its own. */
export function createTestStore(database: Database, inTransaction: InTransaction): CampaignStore {
  return createCampaignStore(
    { database, inTransaction },
    {
      readCampaign: async (reader, id) => {
        const rows = await reader.select<CampaignRow>(`${SELECT_CAMPAIGN} WHERE id = ?`, [
          idToBytes(id),
        ]);
        return rows.map(toCampaign)[0];
      },
      raiseEpoch: async (tx, id, above) => {
        // Locks the row: from here on nothing of an older epoch is stored.
        await tx.write('UPDATE test_campaigns SET epoch = GREATEST(epoch, ?) + 1 WHERE id = ?', [
          above,
          idToBytes(id),
        ]);
      },
      readClaims: async (_database, id, afterRank, limit) => {
        const rows = await database.select<ClaimRow>(
          `SELECT id, member_id AS memberId, claim_rank AS claimRank FROM test_claims
           WHERE campaign_id = ? AND claim_rank > ? ORDER BY claim_rank LIMIT ${limit}`,
          [idToBytes(id), afterRank],
        );
        return rows.map(toClaim);
      },
      findClaims,
      lockCounter: async (tx, id) => {
        const [row] = await tx.select<{ epoch: number; quota: number; issued: number }>(
          'SELECT epoch, quota, issued FROM test_campaigns WHERE id = ? FOR UPDATE',
          [idToBytes(id)],
        );
        return row;
      },
      insertClaims,
      addIssued: async (tx, id, count) => {
        await tx.write('UPDATE test_campaigns SET issued = issued + ? WHERE id = ?', [
          count,
          idToBytes(id),
        ]);
      },
      readOpenCampaigns: async () => {
        const rows = await database.select<CampaignRow>(
          `${SELECT_CAMPAIGN} WHERE closes_at > CURRENT_TIMESTAMP(3) - INTERVAL 1 DAY LIMIT 1000`,
        );
        return rows.map(toCampaign);
      },
    },
  );
}

async function findClaims(
  reader: Pick<Database, 'select'>,
  campaignId: Id,
  memberIds: readonly Id[],
): Promise<Claim[]> {
  const wanted = bulkParameter(memberIds.map((id) => [hex(id)]));
  const rows = await reader.select<ClaimRow>(FIND_CLAIMS, [wanted, idToBytes(campaignId)]);
  return rows.map(toClaim);
}

async function insertClaims(
  tx: Transaction,
  campaignId: Id,
  entries: readonly Entry[],
): Promise<void> {
  const rows = entries.map(({ claimId, memberId, rank, extra }) => [
    hex(claimId),
    hex(memberId),
    rank,
    extra,
  ]);
  await tx.write(INSERT_CLAIMS, [idToBytes(campaignId), bulkParameter(rows)]);
  recordEvents(
    tx,
    ...entries.map(({ claimId, memberId }) => claimed.of(claimId, 1, { campaignId, memberId })),
  );
}

const toCampaign = (row: CampaignRow): Campaign => ({ ...row, id: idFromBytes(row.id) });

const toClaim = (row: ClaimRow): Claim => ({
  claimId: idFromBytes(row.id),
  memberId: idFromBytes(row.memberId),
  rank: row.claimRank,
});

const HOUR_MS = 3_600_000;

/** A campaign whose window has been open for an hour. */
export async function createCampaign(
  database: Database,
  given: { quota: number; state?: CampaignState; opensInMs?: number; closesInMs?: number },
): Promise<Id> {
  const id = newId();
  const { quota, state = 'open', opensInMs = -HOUR_MS, closesInMs = HOUR_MS } = given;
  const now = await database.timeMs();
  await database.write(
    'INSERT INTO test_campaigns (id, quota, state, opens_at, closes_at) VALUES (?, ?, ?, ?, ?)',
    [
      idToBytes(id),
      quota,
      state,
      sqlMoment(new Date(now + opensInMs)),
      sqlMoment(new Date(now + closesInMs)),
    ],
  );
  return id;
}

/** Changes a campaign as an admin would; the gates are told by `refresh`. */
export async function changeCampaign(
  database: Database,
  id: Id,
  { quota, state, opensInMs }: { quota?: number; state?: CampaignState; opensInMs?: number },
): Promise<void> {
  const opensInMicroseconds = opensInMs === undefined ? null : opensInMs * 1000;
  await database.write(
    `UPDATE test_campaigns SET quota = COALESCE(?, quota), state = COALESCE(?, state),
       opens_at = COALESCE(CURRENT_TIMESTAMP(3) + INTERVAL ? MICROSECOND, opens_at),
       version = version + 1 WHERE id = ?`,
    [quota ?? null, state ?? null, opensInMicroseconds, idToBytes(id)],
  );
}

/** What the database says of a campaign: its counter, and its claims in the order of ranks. */
export async function booksOf(
  database: Database,
  id: Id,
): Promise<{ issued: number; epoch: number; claims: Claim[] }> {
  const [counter] = await database.select<{ issued: number; epoch: number }>(
    'SELECT issued, epoch FROM test_campaigns WHERE id = ?',
    [idToBytes(id)],
  );
  const rows = await database.select<ClaimRow>(
    `SELECT id, member_id AS memberId, claim_rank AS claimRank FROM test_claims
     WHERE campaign_id = ? ORDER BY claim_rank, id`,
    [idToBytes(id)],
  );
  if (!counter) throw new Error('there is no such campaign');
  return { ...counter, claims: rows.map(toClaim) };
}
