import { and, eq, gt, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/mysql-core';
import { bulkParameter, bulkRows, hex, sqlMoment } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Claim, ClaimCounter } from '../../../platform/first-come/first-come.rules.ts';
import type { Campaign } from '../../../platform/first-come/campaign-store.ts';
import { idFromBytes, idToBytes, type Id } from '../../../platform/ids/id.ts';
import { flashTickets } from '../order.tables.ts';
import type { Sale, TicketState } from './flash-sales.rules.ts';
import { gateTerms } from './gate-terms.rules.ts';

type Reader = Pick<Database | Transaction, 'select'>;

/**
 * The database's time stands for the version: what is read later is newer. Two that read at the same
 * moment may leave the older one's terms at the gate, until its sweep looks a second later.
 */
const SELECT_CAMPAIGNS = `
  SELECT s.id, s.line_limit AS lineLimit, s.opens_at AS opensAt, s.closes_at AS closesAt, c.state,
         c.quantity, c.issued, c.admitted, c.taken, c.sold, c.returned, c.epoch,
         CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(6)) * 1000000 AS SIGNED) AS version`;

type CampaignRow = Sale & { id: Buffer; epoch: number; version: number };

function toCampaign(row: CampaignRow): Campaign {
  const { epoch, version, issued } = row;
  return { id: idFromBytes(row.id), epoch, version, issued, ...gateTerms(row) };
}

/** What the gate has to know of a sale; undefined when there is no such sale. */
export async function readCampaign(reader: Reader, id: Id): Promise<Campaign | undefined> {
  const [row] = await reader.select<CampaignRow>(
    `${SELECT_CAMPAIGNS}
     FROM order_flash_sales AS s
     JOIN order_flash_sale_counters AS c ON c.flash_sale_id = s.id
     WHERE s.id = ?`,
    [idToBytes(id)],
  );
  return row && toCampaign(row);
}

/** Campaigns whose window ends after `endsAfter` and that open before `opensBefore`. */
export async function readCampaigns(
  reader: Reader,
  { endsAfter, opensBefore }: { endsAfter: Date; opensBefore: Date },
): Promise<Campaign[]> {
  const rows = await reader.select<CampaignRow>(
    `${SELECT_CAMPAIGNS}
     FROM order_flash_sales AS s FORCE INDEX (order_flash_sales_closes)
     STRAIGHT_JOIN order_flash_sale_counters AS c FORCE INDEX (PRIMARY) ON c.flash_sale_id = s.id
     WHERE s.closes_at > ? AND s.opens_at < ?`,
    [sqlMoment(endsAfter), sqlMoment(opensBefore)],
  );
  return rows.map(toCampaign);
}

/** Makes the epoch one more than both its value and `above`; the row stays locked. */
export async function raiseEpoch(tx: Transaction, id: Id, above: number): Promise<void> {
  await tx.write(
    `UPDATE order_flash_sale_counters SET epoch = GREATEST(epoch, ?) + 1 WHERE flash_sale_id = ?`,
    [above, idToBytes(id)],
  );
}

const LOCK_COUNTER = hotStatement(`
  SELECT c.epoch, c.issued, c.quantity + s.line_limit AS quota
  FROM order_flash_sale_counters AS c
  STRAIGHT_JOIN order_flash_sales AS s FORCE INDEX (PRIMARY) ON s.id = c.flash_sale_id
  WHERE c.flash_sale_id = ?
  FOR UPDATE`);

/**
 * Locks a sale's counters and says how many tickets it may have in all. That all units are paid is
 * the gate's business alone: who got in a moment before waits in line like all others.
 */
export async function lockCounter(tx: Transaction, id: Id): Promise<ClaimCounter | undefined> {
  const [row] = await tx.select<ClaimCounter>(LOCK_COUNTER, [idToBytes(id)]);
  return row;
}

/** Counts tickets of a sale that is locked. */
export async function addIssued(tx: Transaction, id: Id, count: number): Promise<void> {
  await tx.write(
    'UPDATE order_flash_sale_counters SET issued = issued + ? WHERE flash_sale_id = ?',
    [count, idToBytes(id)],
  );
}

const FIND_CLAIMS = hotStatement(`
  SELECT t.id, t.member_id AS memberId, t.ticket_rank AS \`rank\`
  FROM ${bulkRows('wanted', { member_id: 'id' })}
  STRAIGHT_JOIN order_flash_tickets AS t FORCE INDEX (order_flash_tickets_once)
    ON t.flash_sale_id = ? AND t.member_id = UNHEX(wanted.member_id)`);

/** The tickets that these members have. */
export async function findClaims(
  reader: Reader,
  id: Id,
  memberIds: readonly Id[],
): Promise<Claim[]> {
  const rows = await reader.select<{ id: Buffer; memberId: Buffer; rank: number }>(FIND_CLAIMS, [
    bulkParameter(memberIds.map((memberId) => [hex(memberId)])),
    idToBytes(id),
  ]);
  return rows.map((row) => ({
    claimId: idFromBytes(row.id),
    memberId: idFromBytes(row.memberId),
    rank: row.rank,
  }));
}

const STATES: readonly TicketState[] = ['queued', 'admitted', 'paid', 'failed', 'closed'];

/**
 * A sale's tickets with ranks above `afterRank`, in their order. The index has the states before the
 * ranks, so each state's part of it is read by itself: nothing is sorted but what is wanted.
 */
export async function readClaims(
  { orm }: Database,
  id: Id,
  afterRank: number,
  limit: number,
): Promise<Claim[]> {
  const [first, second, ...others] = STATES.map((state) =>
    orm
      .select({
        claimId: flashTickets.id,
        memberId: flashTickets.memberId,
        rank: flashTickets.rank,
      })
      .from(flashTickets)
      .where(
        and(
          eq(flashTickets.flashSaleId, id),
          eq(flashTickets.state, state),
          gt(flashTickets.rank, afterRank),
        ),
      )
      .orderBy(flashTickets.rank)
      .limit(limit),
  );
  if (!first || !second) return [];
  return unionAll(first, second, ...others)
    .orderBy(sql`3`)
    .limit(limit);
}
