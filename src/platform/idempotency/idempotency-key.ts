import { createHash } from 'node:crypto';
import { bulkParameter, bulkRows, hex } from '../database/bulk.ts';
import { hotStatement } from '../database/hot-statements.ts';
import { insertInto } from '../database/insert-into.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { defineProblem } from '../errors/problem.ts';
import { idFromBytes, type Id } from '../ids/id.ts';
import { canonicalJson } from './canonical-json.ts';
import { idempotencyKeys } from './idempotency.tables.ts';

/** A client's wish that a request be done once. The hashes are in hexadecimal. */
export type IdempotencyKey = {
  readonly actorId: Id;
  /** Of the route and the key. */
  readonly keyHash: string;
  /** Of the body in its canonical form. */
  readonly bodyHash: string;
  /** Of the body as it was sent. Keys that were stored before bodies had a canonical form have it. */
  readonly sentBodyHash: () => string;
};

export const idempotencyKeyReused = defineProblem(
  'unprocessable',
  'idempotency_key_reused',
  'This Idempotency-Key was used with another body',
);
export const idempotencyInFlight = defineProblem(
  'conflict',
  'idempotency_in_flight',
  'The first request with this Idempotency-Key is still under way',
);

/** The key that a request carries, if it does. `route` is a fixed name such as `place-order`. */
export function idempotencyKeyOf(
  request: { headers: { 'idempotency-key'?: string }; body: unknown },
  actorId: Id,
  route: string,
): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  return {
    actorId,
    keyHash: sha256(`${route} ${key}`),
    bodyHash: sha256(canonicalJson(request.body ?? null)),
    sentBodyHash: () => sha256(JSON.stringify(request.body ?? null)),
  };
}

/** Whether a key came with this body when it was used; `used` is what readUsedKeys() gave for it. */
export function isSameBody(used: { bodyHash: string }, key: IdempotencyKey): boolean {
  return used.bodyHash === key.bodyHash || used.bodyHash === key.sentBodyHash();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Tells keys apart in memory. */
export function keyText(key: Pick<IdempotencyKey, 'actorId' | 'keyHash'>): string {
  return `${key.actorId} ${key.keyHash}`;
}

const READ_USED_KEYS = hotStatement(`
  SELECT k.actor_id AS actorId, k.key_hash AS keyHash,
         k.body_hash AS bodyHash, k.resource_id AS resourceId
  FROM ${bulkRows('wanted', { actor_id: 'id', key_hash: 'varchar' })}
  STRAIGHT_JOIN platform_idempotency_key AS k
    ON k.actor_id = UNHEX(wanted.actor_id) AND k.key_hash = UNHEX(wanted.key_hash)`);

/** What the keys that are known already made, by keyText(). */
export async function readUsedKeys(
  database: Database,
  keys: readonly IdempotencyKey[],
): Promise<Map<string, { bodyHash: string; resourceId: Id }>> {
  const rows = await database.select<{
    actorId: Buffer;
    keyHash: Buffer;
    bodyHash: Buffer;
    resourceId: Buffer;
  }>(READ_USED_KEYS, [bulkParameter(keys.map((key) => [hex(key.actorId), key.keyHash]))]);
  return new Map(
    rows.map((row) => [
      keyText({ actorId: idFromBytes(row.actorId), keyHash: row.keyHash.toString('hex') }),
      { bodyHash: row.bodyHash.toString('hex'), resourceId: idFromBytes(row.resourceId) },
    ]),
  );
}

type UsedKey = { key: IdempotencyKey; resourceId: Id };

const insertRows = insertInto(idempotencyKeys, { leftToDefault: ['createdAt'] });

/**
 * Stores keys with the resources they make, in one order for all transactions: those with the same keys
 * wait for each other and do not deadlock. A duplicate key throws: read again, then replay.
 */
export async function insertKeys(tx: Transaction, used: readonly UsedKey[]): Promise<void> {
  const place = ({ key }: UsedKey) => `${key.actorId} ${key.keyHash}`;
  await insertRows(
    tx,
    used
      .toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
      .map(({ key, resourceId }) => ({
        actorId: key.actorId,
        keyHash: Buffer.from(key.keyHash, 'hex'),
        bodyHash: Buffer.from(key.bodyHash, 'hex'),
        resourceId,
      })),
  );
}
