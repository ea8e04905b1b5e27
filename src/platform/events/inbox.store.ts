import { bulkParameter, bulkRows, hex } from '../database/bulk.ts';
import { hotStatement } from '../database/hot-statements.ts';
import { insertInto } from '../database/insert-into.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { idFromBytes, type Id } from '../ids/id.ts';
import { inbox } from './events.tables.ts';

/** One consumer's right to handle one envelope. */
export type Claim = { consumerId: number; envelopeId: Id };

const insertRows = insertInto(inbox, { leftToDefault: ['handledAt'] });

const SELECT_CLAIMS = hotStatement(`
  SELECT i.consumer_id AS consumerId, i.envelope_id AS envelopeId, i.batch_id AS batchId
  FROM ${bulkRows('claimed', { consumer_id: 'bigint', envelope_id: 'id' })}
  STRAIGHT_JOIN platform_inbox AS i
    ON i.consumer_id = claimed.consumer_id AND i.envelope_id = UNHEX(claimed.envelope_id)`);

/**
 * Claims envelopes for consumers, in the order of the primary key. Throws the duplicate-key error
 * when any is claimed already; never INSERT IGNORE, which would hide other faults too.
 */
export async function insertClaims(
  tx: Transaction,
  batchId: Id,
  claims: readonly Claim[],
): Promise<void> {
  await insertRows(
    tx,
    claims.map((claim) => ({ ...claim, batchId })),
  );
}

/** Those of the claims that are in the database already, and which batch made each. */
export async function readClaims(
  database: Database,
  claims: readonly Claim[],
): Promise<(Claim & { batchId: Id })[]> {
  const rows = await database.select<{ consumerId: number; envelopeId: Buffer; batchId: Buffer }>(
    SELECT_CLAIMS,
    [claimRows(claims)],
  );
  return rows.map((row) => ({
    consumerId: row.consumerId,
    envelopeId: idFromBytes(row.envelopeId),
    batchId: idFromBytes(row.batchId),
  }));
}

function claimRows(claims: readonly Claim[]): string {
  return bulkParameter(claims.map((claim) => [claim.consumerId, hex(claim.envelopeId)]));
}
