import { impossible } from '../../platform/errors/impossible.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { defineConsumer, type TransactionalConsumer } from '../../platform/events/consumer.ts';
import type { EventOf } from '../../platform/events/define-event.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { Id } from '../../platform/ids/id.ts';
import { stockHeld, stockRefused } from '../catalog/catalog.events.ts';
import { couponHeld, couponRefused } from '../coupon/coupon.events.ts';
import { fundsHeld, fundsRefused } from '../user/user.events.ts';
import { orderFailed, orderPaid } from './order.events.ts';
import type { OrderOutcomes } from './order-outcomes.ts';
import { decide, type Answer, type Answers, type Decision } from './order.rules.ts';
import { lockOpenOrders, readEventLines, updateAnswered, type OpenOrder } from './order.store.ts';

type AnswerEvent = EventOf<
  | typeof stockHeld
  | typeof stockRefused
  | typeof fundsHeld
  | typeof fundsRefused
  | typeof couponHeld
  | typeof couponRefused
>;

/** An order together with what its answers came to. */
type Answered = { order: OpenOrder; decision: Decision };

/**
 * Joins the participants' answers. When the last one is in, the order is paid or failed, and whoever
 * placed it is told. Answers that come one by one wait in the order's row.
 */
export function createSettleOrdersOnAnswers(parts: {
  clock: Clock;
  outcomes: OrderOutcomes;
}): TransactionalConsumer {
  const { clock, outcomes } = parts;

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
      await updateAnswered(
        tx,
        answered.map(({ order, decision }) => rowChange(order, decision, now)),
      );
      await tellOthers(tx, answered, now);
      tx.afterCommit(() => {
        for (const { order, decision } of answered) {
          if (decision.state === 'placed') continue;
          const { state, version } = order;
          outcomes.settle(order.id, { state, version, ...outcomeOf(decision, now) });
        }
      });
    },
  });
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
  const decision: Decision = order.state === 'placed' ? decide(order.answers) : { state: 'placed' };
  if (decision.state !== 'placed') {
    order.state = decision.state;
    order.version += 1;
  }
  return { order, decision };
}

function outcomeOf(decision: Decision, now: Date) {
  return {
    failureCode: decision.state === 'failed' ? decision.failureCode : null,
    paidAt: decision.state === 'paid' ? now : null,
  };
}

function rowChange(order: OpenOrder, decision: Decision, now: Date) {
  return { order, ...outcomeOf(decision, now) };
}

async function tellOthers(
  tx: Transaction,
  answered: readonly Answered[],
  now: Date,
): Promise<void> {
  const paid = answered.filter(({ decision }) => decision.state === 'paid');
  const lines = await readLines(
    tx,
    paid.map(({ order }) => order.id),
  );
  for (const { order, decision } of answered) {
    const { id: orderId, memberId, memberCouponId, totalAmount, version } = order;
    if (decision.state === 'failed') {
      const { failureCode } = decision;
      recordEvents(tx, orderFailed.of(orderId, version, { orderId, failureCode, memberCouponId }));
    } else if (decision.state === 'paid') {
      const payload = {
        orderId,
        memberId,
        paidAt: now.toISOString(),
        totalAmount,
        memberCouponId,
        lines: lines.get(orderId) ?? [],
      };
      recordEvents(tx, orderPaid.of(orderId, version, payload));
    }
  }
}

function readLines(tx: Transaction, orderIds: readonly Id[]) {
  return orderIds.length === 0
    ? new Map<Id, EventOf<typeof orderPaid>['payload']['lines']>()
    : readEventLines(tx, orderIds);
}
