import { impossible } from '../../../platform/errors/impossible.ts';
import { batchedCall, type Outcome } from '../../../platform/batching/batched-call.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import { precedingChange } from '../../../platform/database/following-change.ts';
import { isDuplicateKey } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { OutcomeUnknown, outcomeUnknownIn } from '../../../platform/errors/outcome-unknown.ts';
import { Problem } from '../../../platform/errors/problem.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { idempotencyKeyReused, insertKeys } from '../../../platform/idempotency/idempotency-key.ts';
import { resolveKeys, type KeyStanding } from '../../../platform/idempotency/resolve-keys.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { CartChanged, takeOutOfCarts, type Taken } from '../cart/take-out-of-carts.ts';
import type { KnownSkus } from '../copies/known-skus.ts';
import { cartEmpty, paymentMethodUnavailable } from '../order.errors.ts';
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
 * holds; what it orders of a cart leaves the cart with it. Placements that come while earlier
 * transactions run share the next one. Usually the order is decided by then (`outcome`); otherwise that
 * shows when the holds are answered. Throws `validation_failed` for what cannot be bought, `cart_empty`,
 * also when another order took the cart's content first, `price_changed` when the total is not the
 * expected one, `payment_method_unavailable`, `amount_below_minimum`, `idempotency_key_reused`; and
 * OutcomeUnknown with the order's id when it may have been stored.
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
    const { placements, standings, facts } = await precedingChange(async () => {
      const chosen = await choosePlacements(open);
      // After the carts: one that a request with the same key has emptied is known by that key.
      const [known, read] = await Promise.all([
        resolveKeys(database, keys),
        readFacts(parts, valuesOf(chosen)),
      ]);
      return { placements: chosen, standings: known, facts: read };
    });
    const now = clock.now();
    const takenCarts = new Set<Id>();
    const place = (placement: Placement): Placed => {
      const { cartId } = placement;
      if (cartId !== null && takenCarts.has(cartId)) throw cartEmpty();
      const draft = draftOrder(placement, facts, terms, now);
      if (takesFromCart(draft)) takenCarts.add(draft.order.cartId);
      return { replayed: false, orderId: draft.order.id, draft };
    };
    const outcomes: Outcome<Placed>[] = [];
    for (const [index, chosen] of placements.entries()) {
      const standing = standings[index] ?? { kind: 'new' };
      if (standing.kind !== 'new') outcomes.push(fromKey(standing, outcomes));
      else if (!chosen.ok) outcomes.push(chosen);
      else outcomes.push(attempt(() => place(chosen.value)));
      if (chosen.ok && isPriceChanged(outcomes.at(-1))) forgetSkus(chosen.value);
    }

    const stored = outcomes.flatMap((outcome, index) =>
      outcome.ok && !outcome.value.replayed
        ? [{ draft: outcome.value.draft, key: keys[index], trace: open[index]?.trace }]
        : [],
    );
    if (stored.length === 0) return outcomes;
    try {
      const decided = await storeAndDecide(stored, now);
      return outcomes.map((outcome) => withOutcome(outcome, decided));
    } catch (error) {
      // Someone used one of the keys, or changed one of the carts meanwhile: look at them again.
      if (error instanceof KeyTaken || error instanceof CartChanged) return placeTogether(open);
      return outcomes.map((outcome) => withFailure(outcome, stored, error));
    }
  }

  /**
   * Stores the orders. Usually the participants answer in the same transaction, so that they are
   * decided when it commits; otherwise their answers come by themselves.
   */
  async function storeAndDecide(
    stored: readonly Stored[],
    now: Date,
  ): Promise<Map<Id, OrderOutcome>> {
    const drafts = stored.map(({ draft }) => draft);
    const orderIds = drafts.map(({ order }) => order.id);
    // Before anyone can answer.
    placedOrders.keep(drafts);
    try {
      return await news.outcomesDuring(orderIds, () =>
        inTransaction((tx) => store(tx, stored, now), { atOnce: true }),
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

  /** Finds out what each placement is about. */
  async function choosePlacements(open: readonly OpenPlacement[]): Promise<Outcome<Placement>[]> {
    const choose = await chooseItems(database, open);
    return open.map((placement) =>
      attempt(() => ({ ...placement, ...choose(placement.memberId, placement.items) })),
    );
  }
}

function valuesOf<T>(outcomes: readonly Outcome<T>[]): T[] {
  return outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
}

function isPriceChanged(outcome: Outcome<Placed> | undefined): boolean {
  if (outcome === undefined || outcome.ok) return false;
  return outcome.error instanceof Problem && outcome.error.code === 'price_changed';
}

/** The placement with what became of its order, where that is known. */
function withOutcome(
  placed: Outcome<Placed>,
  decided: ReadonlyMap<Id, OrderOutcome>,
): Outcome<Placed> {
  if (!placed.ok || placed.value.replayed) return placed;
  return { ok: true, value: { ...placed.value, outcome: decided.get(placed.value.orderId) } };
}

/** The placement that could not be stored, or may have been; the others' outcomes stand. */
function withFailure(
  placed: Outcome<Placed>,
  stored: readonly Stored[],
  error: unknown,
): Outcome<Placed> {
  if (!placed.ok) return placed;
  const { orderId: resourceId } = placed.value;
  if (!stored.some(({ draft }) => draft.order.id === resourceId)) return placed;
  const cause = outcomeUnknownIn(error);
  if (!cause) return { ok: false, error };
  return { ok: false, error: new OutcomeUnknown(cause.message, { cause, resourceId }) };
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

async function store(tx: Transaction, stored: readonly Stored[], now: Date): Promise<void> {
  const drafts = stored.map(({ draft }) => draft);
  // Carts are locked before all else, so nobody who waits for one keeps others waiting.
  await takeOutOfCarts(tx, drafts.filter(takesFromCart).map(takenBy), now);
  const used = stored.flatMap(({ draft, key }) =>
    key ? [{ key, resourceId: draft.order.id }] : [],
  );
  // Nobody waits for it: that a key is taken shows before the commit.
  tx.later(insertKeys(tx, used).catch(refuseTakenKey));
  for (const { draft, trace } of stored) {
    if (trace !== undefined) tx.traces.set(draft.order.id, trace);
  }
  keepForInsert(tx, drafts);
  recordEvents(tx, ...drafts.filter(({ order }) => order.state === 'placed').map(placedEvent));
}

type DraftOfCart = Draft & { order: { cartId: Id } };

/** One that has failed from the start takes nothing. */
function takesFromCart(draft: Draft): draft is DraftOfCart {
  return draft.order.cartId !== null && draft.order.state === 'placed';
}

function takenBy({ order: { cartId }, lines }: DraftOfCart): Taken {
  return { cartId, lines };
}

function refuseTakenKey(error: unknown): never {
  throw isDuplicateKey(error) ? new KeyTaken() : error;
}
