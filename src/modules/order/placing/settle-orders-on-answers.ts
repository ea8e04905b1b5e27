import { impossible } from '../../../platform/errors/impossible.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { defineConsumer, type TransactionalConsumer } from '../../../platform/events/consumer.ts';
import type { EventOf } from '../../../platform/events/define-event.ts';
import { stockHeld, stockRefused } from '../../catalog/catalog.events.ts';
import { couponHeld, couponRefused } from '../../coupon/coupon.events.ts';
import { fundsHeld, fundsRefused } from '../../user/user.events.ts';
import type { OrderNews } from '../order-news.ts';
import { decide, type Answer, type Answers, type Decision } from '../order.rules.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { PlacedLines } from './placed-lines.ts';
import { actOnDecisions, outcomeOf, tellClients, type Answered } from './decisions.ts';
import { lockOpenOrders, updateAnswered, type OpenOrder } from './answers.store.ts';
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
 * provider, or has failed, and whoever placed it is told. Answers that come one by one wait in the
 * order's row.
 */
export function createSettleOrdersOnAnswers(parts: {
  clock: Clock;
  news: OrderNews;
  placedLines: PlacedLines;
  /** How long a payment provider has to take the money, in milliseconds; flash sales have their own. */
  paymentWindowMs: number;
}): TransactionalConsumer {
  const { clock, news, placedLines, paymentWindowMs } = parts;

  return defineConsumer({
    name: 'order.settle-orders-on-answers',
    lane: 'order',
    on: [stockHeld, stockRefused, fundsHeld, fundsRefused, couponHeld, couponRefused],
    ordering: 'commutative',
    handle: async (tx, events) => {
      const orderIds = [...new Set(events.map((event) => event.payload.orderId))];
      const open = await lockOpenOrders(tx, orderIds);
      const told = new Set<OpenOrder>();
      for (const event of events) {
        const order = open.get(event.payload.orderId);
        if (order && note(order.answers, event)) told.add(order);
      }
      if (told.size === 0) return;
      const now = clock.now();
      const answered = [...told].map(settle);
      const times = { now, dueAtOf: await readDueTimes(tx, told, { now, paymentWindowMs }) };
      await updateAnswered(
        tx,
        answered.map((each) => ({ order: each.order, ...outcomeOf(each, times) })),
      );
      await actOnDecisions(tx, answered, times, placedLines);
      tx.afterCommit(() => {
        placedLines.forget(decidedOrders(answered));
        tellClients(news, answered, times);
      });
    },
  });
}

function decidedOrders(answered: readonly Answered[]): Id[] {
  return answered.flatMap(({ order, decision }) => (decision.state === 'placed' ? [] : [order.id]));
}

/** Keeps an answer; false when it is known, as answers are final. */
function note(answers: Answers, event: AnswerEvent): boolean {
  const [participant, answer] = answerOf(event);
  if (answers[participant] !== 'awaited') return false;
  answers[participant] = answer;
  return true;
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
  if (decision.state !== 'placed') {
    order.state = decision.state;
    order.version += 1;
  }
  return { order, decision };
}

/** What coupon and points pay as a whole leaves nothing for a provider. */
function awaitsProvider({ paymentMethod, totalAmount }: OpenOrder): boolean {
  return paymentMethod !== 'wallet' && totalAmount > 0;
}
