import { impossible } from '../../../platform/errors/impossible.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { defineConsumer, type TransactionalConsumer } from '../../../platform/events/consumer.ts';
import type { EventOf } from '../../../platform/events/define-event.ts';
import { stockHeld, stockRefused } from '../../catalog/catalog.events.ts';
import { couponHeld, couponRefused } from '../../coupon/coupon.events.ts';
import { fundsHeld, fundsRefused } from '../../user/user.events.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { OrderNews } from '../order-news.ts';
import type { KnownSkus } from '../copies/known-skus.ts';
import { decide, type Answer, type Answers, type Decision, type Shortage } from '../order.rules.ts';
import type { PlacedOrders } from './placed-orders.ts';
import { actOnDecisions, outcomeOf, tellClients, type Answered } from './decisions.ts';
import { lockOpenOrders, updateAnswered, type OpenOrder } from './answers.store.ts';
import { insertShortages } from './shortages.store.ts';
import { readDueTimes } from './due-times.ts';

type AnswerEvent = EventOf<
  | typeof stockHeld
  | typeof stockRefused
  | typeof fundsHeld
  | typeof fundsRefused
  | typeof couponHeld
  | typeof couponRefused
>;

/**
 * Joins the participants' answers. When the last one is in, the order is paid, waits for a payment
 * provider, or has failed, and whoever placed it is told. Answers that come far apart wait in the
 * order's row.
 */
export function createSettleOrdersOnAnswers(parts: {
  clock: Clock;
  news: OrderNews;
  placedOrders: PlacedOrders;
  knownSkus: KnownSkus;
  /** How long a payment provider has to take the money, in milliseconds; flash sales have their own. */
  paymentWindowMs: number;
}): TransactionalConsumer {
  const { clock, news, placedOrders, knownSkus, paymentWindowMs } = parts;

  return defineConsumer({
    name: 'order.settle-orders-on-answers',
    lane: 'order',
    atOnce: true,
    on: [stockHeld, stockRefused, fundsHeld, fundsRefused, couponHeld, couponRefused],
    // What cannot be decided yet waits for the answer that decides it: one transaction, not two.
    patient: (events) =>
      events.map(({ payload }) => placedOrders.hear(payload.orderId)).every(Boolean),
    ordering: 'commutative',
    handle: async (tx, events) => {
      const refused = refusedSkus(events);
      knownSkus.forget(refused.unavailable);
      knownSkus.changed(refused.repriced);
      const orderIds = [...new Set(events.map((event) => event.payload.orderId))];
      // What this process placed is as it was, nearly always: the update finds out, and no look is
      // needed. When it was not, the transaction is run again.
      const placed = tx.isRepeated ? undefined : placedOrders.asPlaced(orderIds);
      const open = placed ?? (await lockOpenOrders(tx, orderIds));
      const told = new Map<Id, OpenOrder>();
      const shortages = new Map<Id, readonly Shortage[]>();
      for (const event of events) {
        const { orderId } = event.payload;
        const order = told.get(orderId) ?? open.get(orderId);
        const noted = order && withAnswer(order, event);
        if (!noted) continue;
        told.set(orderId, noted);
        if (event.name === 'catalog.stock-refused') shortages.set(orderId, event.payload.shortages);
      }
      if (told.size === 0) return;
      const now = clock.now();
      const answered = [...told.values()].map(settle);
      const times = {
        now,
        dueAtOf: await readDueTimes(tx, told.values(), { now, paymentWindowMs }),
      };
      const rows = answered.map((each) => ({ order: each.order, ...outcomeOf(each, times) }));
      tx.later(updateAnswered(tx, rows, placed));
      tx.later(insertShortages(tx, shortageRows(shortages)));
      await actOnDecisions(tx, answered, times, placedOrders);
      tx.afterCommit(() => {
        placedOrders.forget(answered.map(({ order }) => order.id));
        tellClients(news, answered, shortages, times);
      });
    },
  });
}

/**
 * SKUs of which catalog knows something else than was believed here. Those that cannot be had are
 * mostly sold out, which is no news to the other instances.
 */
function refusedSkus(events: readonly AnswerEvent[]): { unavailable: Id[]; repriced: Id[] } {
  const unavailable: Id[] = [];
  const repriced: Id[] = [];
  for (const { name, payload } of events) {
    if (name !== 'catalog.stock-refused') continue;
    (payload.reason === 'price_changed' ? repriced : unavailable).push(...payload.skuIds);
  }
  return { unavailable, repriced };
}

function shortageRows(
  shortages: ReadonlyMap<Id, readonly Shortage[]>,
): (Shortage & { orderId: Id })[] {
  return [...shortages].flatMap(([orderId, short]) => short.map((each) => ({ ...each, orderId })));
}

/** The order with an answer; undefined when that is known, as answers are final. */
function withAnswer(order: OpenOrder, event: AnswerEvent): OpenOrder | undefined {
  const [participant, answer] = answerOf(event);
  if (order.answers[participant] !== 'awaited') return undefined;
  return { ...order, answers: { ...order.answers, [participant]: answer } };
}

function answerOf(event: AnswerEvent): [keyof Answers, Answer] {
  switch (event.name) {
    case 'catalog.stock-held':
      return ['stock', 'held'];
    case 'catalog.stock-refused':
      return ['stock', event.payload.reason];
    case 'user.funds-held':
      return ['funds', 'held'];
    case 'user.funds-refused':
      return ['funds', event.payload.reason];
    case 'coupon.held':
      return ['coupon', 'held'];
    case 'coupon.refused':
      return ['coupon', 'coupon_rejected'];
    default:
      return impossible(event);
  }
}

/** Only an order that is still undecided moves; one that was cancelled meanwhile stays so. */
function settle(order: OpenOrder): Answered {
  const decision: Decision =
    order.state === 'placed' ? decide(order.answers, awaitsProvider(order)) : { state: 'placed' };
  if (decision.state === 'placed') return { order, decision };
  return { order: { ...order, state: decision.state, version: order.version + 1 }, decision };
}

/** What coupon and points pay as a whole leaves nothing for a provider. */
function awaitsProvider({ paymentMethod, totalAmount }: OpenOrder): boolean {
  return paymentMethod !== 'wallet' && totalAmount > 0;
}
