import { bulkRows, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { SqlValue, Transaction } from '../../../platform/database/transaction.ts';
import type { Campaign } from '../../../platform/first-come/campaign-store.ts';
import type { Claim, ClaimCounter, Entry } from '../../../platform/first-come/first-come.rules.ts';
import { idFromBytes, idToBytes, type Id } from '../../../platform/ids/id.ts';
import { memberCoupons } from '../coupon.tables.ts';
import { claimableUntil, type Validity } from '../coupon.rules.ts';

type Reader = { select: <Row>(sql: string, values?: readonly SqlValue[]) => Promise<Row[]> };

type CampaignRow = Omit<Campaign, 'id'> & { id: Buffer; validUntil: Date | null };

const CAMPAIGN = `
  SELECT c.id, n.epoch, c.version, n.quantity AS quota, n.issued, n.state,
         c.opens_at AS opensAt, c.closes_at AS closesAt, c.valid_until AS validUntil
  FROM coupon_coupons AS c JOIN coupon_counters AS n ON n.coupon_id = c.id`;

export async function readCampaign(reader: Reader, id: Id): Promise<Campaign | undefined> {
  const [row] = await reader.select<CampaignRow>(`${CAMPAIGN} WHERE c.id = ?`, [idToBytes(id)]);
  return row && campaignOf(row);
}

/** Campaigns that open until `opensUntil` and close after `closesAfter`. */
export async function readCampaignsBetween(
  database: Database,
  { opensUntil, closesAfter }: { opensUntil: Date; closesAfter: Date },
): Promise<Campaign[]> {
  const rows = await database.select<CampaignRow>(
    `${CAMPAIGN} WHERE c.closes_at > ? AND c.opens_at <= ?`,
    [closesAfter, opensUntil],
  );
  return rows.map(campaignOf);
}

function campaignOf({ id, validUntil, ...row }: CampaignRow): Campaign {
  return { ...row, id: idFromBytes(id), closesAt: claimableUntil({ ...row, validUntil }) };
}

/** Raises the epoch above both its value and `above`. Its lock is kept until the transaction ends. */
export async function raiseEpoch(tx: Transaction, couponId: Id, above: number): Promise<void> {
  await tx.write('UPDATE coupon_counters SET epoch = GREATEST(epoch, ?) + 1 WHERE coupon_id = ?', [
    above,
    idToBytes(couponId),
  ]);
}

type ClaimRow = { claimId: Buffer; memberId: Buffer; rank: number };

const CLAIM = 'm.id AS claimId, m.member_id AS memberId, m.claim_rank AS `rank`';

/** Claims with a rank above `afterRank`, in the order of ranks. */
export async function readClaims(
  database: Database,
  couponId: Id,
  afterRank: number,
  limit: number,
): Promise<Claim[]> {
  const rows = await database.select<ClaimRow>(
    `SELECT ${CLAIM} FROM coupon_member_coupons AS m
     WHERE m.coupon_id = ? AND m.claim_rank > ? AND m.claim_rank <= ?
     ORDER BY m.claim_rank`,
    // Ranks have no gaps, and the limit of a prepared statement cannot be a parameter.
    [idToBytes(couponId), afterRank, afterRank + limit],
  );
  return rows.map(claimOf);
}

const FIND_CLAIMS = hotStatement(`
  SELECT ${CLAIM}
  FROM ${bulkRows('wanted', { member_id: 'id' })}
  STRAIGHT_JOIN coupon_member_coupons AS m FORCE INDEX (coupon_member_coupons_once)
    ON m.member_id = UNHEX(wanted.member_id) AND m.coupon_id = ?`);

/** The claims that these members have; not everyone has one. */
export async function findClaims(
  reader: Reader,
  couponId: Id,
  memberIds: readonly Id[],
): Promise<Claim[]> {
  const rows = await reader.select<ClaimRow>(FIND_CLAIMS, [
    idsInLockOrder(memberIds),
    idToBytes(couponId),
  ]);
  return rows.map(claimOf);
}

function claimOf(row: ClaimRow): Claim {
  return {
    claimId: idFromBytes(row.claimId),
    memberId: idFromBytes(row.memberId),
    rank: row.rank,
  };
}

const LOCK_COUNTER = hotStatement(`
  SELECT epoch, quantity AS quota, issued FROM coupon_counters WHERE coupon_id = ? FOR UPDATE`);

/**
 * Locks a coupon's counters. Whoever issues takes this lock first, so nobody else issues until the
 * transaction ends, and what is read of the claims stands still.
 */
export async function lockCounter(
  tx: Transaction,
  couponId: Id,
): Promise<ClaimCounter | undefined> {
  const [counter] = await tx.select<ClaimCounter>(LOCK_COUNTER, [idToBytes(couponId)]);
  return counter;
}

/** How long a coupon that is issued now can be used. */
export async function readValidity(tx: Transaction, couponId: Id): Promise<Validity> {
  const [row] = await tx.select<Validity>(
    'SELECT valid_days AS validDays, valid_until AS validUntil FROM coupon_coupons WHERE id = ?',
    [idToBytes(couponId)],
  );
  if (!row) throw new Error(`there is no coupon ${couponId}`);
  return row;
}

const insertCoupons = insertInto(memberCoupons, { leftToDefault: ['reminded', 'issuedAt'] });

/** Stores members' coupons. Throws the duplicate-key error when one of them has it already. */
export async function insertMemberCoupons(
  tx: Transaction,
  couponId: Id,
  { claims, expiresAt }: { claims: readonly Omit<Entry, 'extra'>[]; expiresAt: Date },
): Promise<void> {
  const alike = { couponId, state: 'issued', expiresAt } as const;
  await insertCoupons(
    tx,
    claims.map(({ claimId, memberId, rank }) => ({ id: claimId, memberId, rank, ...alike })),
  );
}

export async function addIssued(tx: Transaction, couponId: Id, count: number): Promise<void> {
  await tx.write('UPDATE coupon_counters SET issued = issued + ? WHERE coupon_id = ?', [
    count,
    idToBytes(couponId),
  ]);
}
