import { impossible } from '../../../platform/errors/impossible.ts';
import { batchedCall, type Outcome } from '../../../platform/batching/batched-call.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import { isDuplicateKey } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { Problem } from '../../../platform/errors/problem.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { idempotencyKeyReused, insertKeys } from '../../../platform/idempotency/idempotency-key.ts';
import { resolveKeys, type KeyStanding } from '../../../platform/idempotency/resolve-keys.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { KnownSkus } from '../copies/known-skus.ts';
import { paymentMethodUnavailable } from '../order.errors.ts';
import type { OrderNews, OrderOutcome } from '../order-news.ts';
import type { PaymentMethod } from '../order.rules.ts';

import { awaitCopies } from './await-copies.ts';
import { chooseItems, type OpenRequest } from './choose-items.ts';
import {
  draftOrder,
  placedEvent,
  type Draft,
  type Placement,
  type PlacingTerms,
} from './draft-order.ts';
import type { PlacedOrders } from './placed-orders.ts';
import { keepForInsert } from './placing.store.ts';
import { readFacts } from './read-facts.ts';
import type { MinimumOf } from './refuse-below-minimum.ts';

/** A placement as a client sends it: without items it means the member's cart. */
export type OpenPlacement = Omit<Placement, 'items' | 'cartId'> & OpenRequest;

/** A placement that is stored: just now, or by an earlier request with the same key. */
export type Placed =
  | {
      replayed: false;
      orderId: Id;
      draft: Draft;
      /** Undefined while it is not decided. */
      outcome?: OrderOutcome | undefined;
    }
  | { replayed: true; orderId: Id };

export type PlaceOrder = (placement: OpenPlacement) => Promise<Placed>;

/** Placements that share one transaction at the most. */
const MAX_PLACEMENTS = 200;
const PAUSE_MS = 1;

/**
 * Prices a placement from order's own copies, and stores the order with the event that asks for its
 * holds. Placements that come while earlier transactions run share the next one. Usually the order is
 * decided by then (`outcome`); otherwise that shows when the holds are answered. Throws
 * `validation_failed` for what cannot be bought, `cart_empty`, `price_changed` when the total is not the
 * expected one, `payment_method_unavailable`, `amount_below_minimum`, `idempotency_key_reused`.
 */
export function createPlaceOrder(parts: {
  database: Database;
  knownSkus: KnownSkus;
  inTransaction: InTransaction;
  clock: Clock;
  terms: PlacingTerms & { minimumOf: MinimumOf };
  placedOrders: PlacedOrders;
  news: OrderNews;
  /** Whether the shop takes money in this way. */
  accepts: (method: PaymentMethod) => boolean;
}): PlaceOrder {
  const { database, knownSkus, inTransaction, clock, terms, placedOrders, news, accepts } = parts;

  const placeOne = batchedCall<OpenPlacement, Placed>({
    maxInputs: MAX_PLACEMENTS,
    pauseMs: PAUSE_MS,
    // While one waits for the database, the other uses this process.
    parallel: 2,
    run: placeTogether,
  });

  return async function placeOrder(placement) {
    if (!accepts(placement.paymentMethod)) throw paymentMethodUnavailable();
    return awaitCopies(() => placeOne(placement));
  };

  async function placeTogether(open: OpenPlacement[]): Promise<Outcome<Placed>[]> {
    const keys = open.map((placement) => placement.idempotencyKey);
    const [standings, { placements, facts }] = await Promise.all([
      resolveKeys(database, keys),
      prepare(open),
    ]);
    const now = clock.now();
    const outcomes: Outcome<Placed>[] = [];
    for (const [index, chosen] of placements.entries()) {
      const standing = standings[index] ?? { kind: 'new' };
      if (standing.kind !== 'new') outcomes.push(fromKey(standing, outcomes));
      else if (!chosen.ok) outcomes.push(chosen);
      else outcomes.push(attempt(() => toPlaced(draftOrder(chosen.value, facts, terms, now))));
      if (chosen.ok && isPriceChanged(outcomes.at(-1))) forgetSkus(chosen.value);
    }

    const stored = outcomes.flatMap((outcome, index) =>
      outcome.ok && !outcome.value.replayed
        ? [{ draft: outcome.value.draft, key: keys[index], trace: open[index]?.trace }]
        : [],
    );
    if (stored.length === 0) return outcomes;
    try {
      const decided = await storeAndDecide(stored);
      return outcomes.map((outcome) => withOutcome(outcome, decided));
    } catch (error) {
      // Another instance used one of the keys meanwhile: look them up again.
      if (error instanceof KeyTaken) return placeTogether(open);
      throw error;
    }
  }

  /**
   * Stores the orders. Usually the participants answer in the same transaction, so that they are
   * decided when it commits; otherwise their answers come by themselves.
   */
  async function storeAndDecide(stored: readonly Stored[]): Promise<Map<Id, OrderOutcome>> {
    const drafts = stored.map(({ draft }) => draft);
    const orderIds = drafts.map(({ order }) => order.id);
    // Before anyone can answer.
    placedOrders.keep(drafts);
    try {
      return await news.outcomesDuring(orderIds, () =>
        inTransaction((tx) => store(tx, stored), { atOnce: true }),
      );
    } catch (error) {
      placedOrders.forget(orderIds);
      throw error;
    }
  }

  /** The client expects another price, and may be right. */
  function forgetSkus({ items }: Placement): void {
    knownSkus.forget(items.map((item) => item.skuId));
  }

  /** Finds out what each placement is about, and reads what is known of it. */
  async function prepare(open: readonly OpenPlacement[]) {
    const choose = await chooseItems(database, open);
    const placements = open.map((placement) =>
      attempt<Placement>(() => ({ ...placement, ...choose(placement.memberId, placement.items) })),
    );
    const chosen = placements.flatMap((placement) => (placement.ok ? [placement.value] : []));
    return { placements, facts: await readFacts(parts, chosen) };
  }
}

function isPriceChanged(outcome: Outcome<Placed> | undefined): boolean {
  if (outcome === undefined || outcome.ok) return false;
  return outcome.error instanceof Problem && outcome.error.code === 'price_changed';
}

function toPlaced(draft: Draft): Placed {
  return { replayed: false, orderId: draft.order.id, draft };
}

/** The placement with what became of its order, where that is known. */
function withOutcome(
  placed: Outcome<Placed>,
  decided: ReadonlyMap<Id, OrderOutcome>,
): Outcome<Placed> {
  if (!placed.ok || placed.value.replayed) return placed;
  return { ok: true, value: { ...placed.value, outcome: decided.get(placed.value.orderId) } };
}

function attempt<T>(make: () => T): Outcome<T> {
  try {
    return { ok: true, value: make() };
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
  const used = stored.flatMap(({ draft, key }) =>
    key ? [{ key, resourceId: draft.order.id }] : [],
  );
  // First of all statements, and nobody waits for it: that a key is taken shows before the commit.
  tx.later(insertKeys(tx, used).catch(refuseTakenKey));
  for (const { draft, trace } of stored) {
    if (trace !== undefined) tx.traces.set(draft.order.id, trace);
  }
  const drafts = stored.map(({ draft }) => draft);
  keepForInsert(tx, drafts);
  recordEvents(tx, ...drafts.filter(({ order }) => order.state === 'placed').map(placedEvent));
}

function refuseTakenKey(error: unknown): never {
  throw isDuplicateKey(error) ? new KeyTaken() : error;
}
