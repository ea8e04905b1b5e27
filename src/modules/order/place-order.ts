import { impossible } from '../../platform/errors/impossible.ts';
import { backOff } from '../../platform/batching/backoff.ts';
import { batchedCall, type Outcome } from '../../platform/batching/batched-call.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { isDuplicateKey } from '../../platform/database/sql-error.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { invalidInput } from '../../platform/errors/validation-error.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import { idempotencyKeyReused, insertKeys } from '../../platform/idempotency/idempotency-key.ts';
import { resolveKeys, type KeyStanding } from '../../platform/idempotency/resolve-keys.ts';
import type { Id } from '../../platform/ids/id.ts';
import { readSkuFacts, readUsableCoupons } from './copies.store.ts';
import {
  draftOrder,
  NotCopied,
  placedEvent,
  type Draft,
  type KnownFacts,
  type Placement,
} from './draft-order.ts';
import type { ShippingTerms } from './order.rules.ts';
import { insertOrders } from './order.store.ts';

/** A placement that is stored: just now, or by an earlier request with the same key. */
export type Placed =
  | { replayed: false; orderId: Id; draft: Draft }
  | { replayed: true; orderId: Id };

export type PlaceOrder = (placement: Placement) => Promise<Placed>;

/** Placements that share one transaction at the most. */
const MAX_PLACEMENTS = 200;
const PAUSE_MS = 1;
/** A product created a moment ago reaches order's copy within milliseconds; give it a second. */
const COPY_RETRIES = 5;
const FIRST_COPY_WAIT_MS = 50;
const MAX_COPY_WAIT_MS = 500;

/**
 * Prices a placement from order's own copies, and stores the order with the event that asks for its
 * holds. Placements that come while an earlier transaction runs share the next one. Whether the order
 * is paid shows when the holds are answered. Throws `validation_failed` for what is not on sale,
 * `price_changed` when the total is not the expected one, `idempotency_key_reused`.
 */
export function createPlaceOrder(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  shipping: ShippingTerms;
}): PlaceOrder {
  const { database, inTransaction, clock, shipping } = parts;

  const placeOne = batchedCall<Placement, Placed>({
    maxInputs: MAX_PLACEMENTS,
    pauseMs: PAUSE_MS,
    run: placeTogether,
  });

  return async function placeOrder(placement) {
    for (let retry = 1; ; retry += 1) {
      try {
        return await placeOne(placement);
      } catch (error) {
        if (!(error instanceof NotCopied)) throw error;
        if (retry > COPY_RETRIES) {
          throw invalidInput([{ path: error.message, message: 'does not exist' }]);
        }
        await backOff(retry, FIRST_COPY_WAIT_MS, MAX_COPY_WAIT_MS);
      }
    }
  };

  async function placeTogether(placements: Placement[]): Promise<Outcome<Placed>[]> {
    const keys = placements.map((placement) => placement.idempotencyKey);
    const [standings, facts] = await Promise.all([
      resolveKeys(database, keys),
      readFacts(database, placements),
    ]);
    const now = clock.now();
    const outcomes: Outcome<Placed>[] = [];
    for (const [index, placement] of placements.entries()) {
      const standing = standings[index] ?? { kind: 'new' };
      outcomes.push(
        standing.kind === 'new'
          ? attempt(() => draftOrder(placement, facts, shipping, now))
          : fromKey(standing, outcomes),
      );
    }

    const stored = outcomes.flatMap((outcome, index) =>
      outcome.ok && !outcome.value.replayed
        ? [{ draft: outcome.value.draft, key: keys[index], trace: placements[index]?.trace }]
        : [],
    );
    try {
      await inTransaction((tx) => store(tx, stored));
    } catch (error) {
      // Another instance used one of the keys meanwhile: look them up again.
      if (error instanceof KeyTaken) return placeTogether(placements);
      throw error;
    }
    return outcomes;
  }
}

async function readFacts(
  database: Database,
  placements: readonly Placement[],
): Promise<KnownFacts> {
  const skuIds = new Set(placements.flatMap(({ items }) => items.map((item) => item.skuId)));
  const couponIds = new Set(placements.flatMap((placement) => placement.memberCouponId ?? []));
  const [skus, coupons] = await Promise.all([
    readSkuFacts(database, [...skuIds]),
    readUsableCoupons(database, [...couponIds]),
  ]);
  return { skus, coupons };
}

function attempt(makeDraft: () => Draft): Outcome<Placed> {
  try {
    const draft = makeDraft();
    return { ok: true, value: { replayed: false, orderId: draft.order.id, draft } };
  } catch (error) {
    return { ok: false, error };
  }
}

/** The outcome of a request that was done before, by itself or earlier in the batch. */
function fromKey(
  standing: Exclude<KeyStanding, { kind: 'new' }>,
  earlier: readonly Outcome<Placed>[],
): Outcome<Placed> {
  switch (standing.kind) {
    case 'reused':
      return { ok: false, error: idempotencyKeyReused() };
    case 'replay':
      return { ok: true, value: { replayed: true, orderId: standing.resourceId } };
    case 'repeats': {
      const first = earlier[standing.index];
      if (!first) throw new Error('a repetition stands before its first');
      return first.ok
        ? { ok: true, value: { replayed: true, orderId: first.value.orderId } }
        : first;
    }
    default:
      return impossible(standing);
  }
}

class KeyTaken extends Error {}

type Stored = { draft: Draft; key: Placement['idempotencyKey']; trace: Placement['trace'] };

async function store(tx: Transaction, stored: readonly Stored[]): Promise<void> {
  if (stored.length === 0) return;
  try {
    await insertKeys(
      tx,
      stored.flatMap(({ draft, key }) => (key ? [{ key, resourceId: draft.order.id }] : [])),
    );
  } catch (error) {
    throw isDuplicateKey(error) ? new KeyTaken() : error;
  }
  for (const { draft, trace } of stored) {
    if (trace !== undefined) tx.traces.set(draft.order.id, trace);
  }
  const drafts = stored.map(({ draft }) => draft);
  await insertOrders(tx, drafts);
  recordEvents(tx, ...drafts.filter(({ order }) => order.state === 'placed').map(placedEvent));
}
