import { isoMoment } from '../../../platform/clock/iso-moment.ts';
import { impossible } from '../../../platform/errors/impossible.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { giveBackToCarts } from '../cart/give-back-to-carts.ts';
import { orderFailed, orderPaid, orderPaymentDue } from '../order.events.ts';
import type { OrderNews } from '../order-news.ts';
import type { Decision, Shortage } from '../order.rules.ts';
import { readEventLines, setDeadlines, type EventLine } from '../order.store.ts';
import type { OpenOrder } from './answers.store.ts';
import type { PlacedOrders } from './placed-orders.ts';

/** An order together with what its answers came to. */
export type Answered = { order: OpenOrder; decision: Decision };

/** When things happen that this batch decides, and until when an order waits for its payment. */
export type Times = { now: Date; dueAtOf: (order: OpenOrder) => Date };

/** Does what follows from decisions that are stored, in the same transaction. */
export async function actOnDecisions(
  tx: Transaction,
  answered: readonly Answered[],
  times: Times,
  placedOrders: PlacedOrders,
): Promise<void> {
  const lines = await readLinesOf(tx, answered, placedOrders);
  tellOthers(tx, answered, lines, times);
  storeDeadlines(tx, answered, times);
  const failed = answered.filter(({ decision }) => decision.state === 'failed');
  const unpaid = failed.map(({ order }) => order);
  await giveBackToCarts(tx, unpaid, times.now, lines);
}

/** What a decision means for the order's row; one that had ended before keeps why. */
export function outcomeOf({ order, decision }: Answered, { now, dueAtOf }: Times) {
  return {
    failureCode: decision.state === 'failed' ? decision.failureCode : order.failureCode,
    dueAt: decision.state === 'payment_due' ? dueAtOf(order) : null,
    paidAt: decision.state === 'paid' ? now : null,
  };
}

type LinesByOrder = ReadonlyMap<Id, readonly EventLine[]>;

/** The lines of orders that need them: of the paid ones, and of those that give theirs back to a cart. */
async function readLinesOf(
  tx: Transaction,
  answered: readonly Answered[],
  placedOrders: PlacedOrders,
): Promise<LinesByOrder> {
  const needed = answered.filter(
    ({ order, decision }) =>
      decision.state === 'paid' || (decision.state === 'failed' && order.cartId !== null),
  );
  if (needed.length === 0) return new Map();
  const orderIds = needed.map(({ order }) => order.id);
  return placedOrders.linesOf(orderIds) ?? readEventLines(tx, orderIds);
}

function tellOthers(
  tx: Transaction,
  answered: readonly Answered[],
  lines: LinesByOrder,
  { now, dueAtOf }: Times,
): void {
  for (const { order, decision } of answered) {
    const { id: orderId, memberId, memberCouponId, paymentMethod, totalAmount, version } = order;
    switch (decision.state) {
      case 'failed': {
        const { failureCode } = decision;
        const payload = { orderId, failureCode, memberCouponId };
        recordEvents(tx, orderFailed.of(orderId, version, payload));
        break;
      }
      case 'payment_due': {
        if (paymentMethod === 'wallet') throw new Error(`nobody is to take ${orderId}'s money`);
        const payload = {
          orderId,
          memberId,
          paymentMethod,
          totalAmount,
          dueAt: isoMoment(dueAtOf(order)),
        };
        recordEvents(tx, orderPaymentDue.of(orderId, version, payload));
        break;
      }
      case 'paid': {
        const payload = {
          orderId,
          memberId,
          paidAt: isoMoment(now),
          totalAmount,
          memberCouponId,
          lines: [...(lines.get(orderId) ?? [])],
        };
        recordEvents(tx, orderPaid.of(orderId, version, payload));
        break;
      }
      case 'placed':
        break;
      default:
        impossible(decision);
    }
  }
}

function storeDeadlines(tx: Transaction, answered: readonly Answered[], { dueAtOf }: Times): void {
  const due = answered.filter(({ decision }) => decision.state === 'payment_due');
  if (due.length === 0) return;
  const deadlines = due.map(({ order }) => ({ orderId: order.id, dueAt: dueAtOf(order) }));
  tx.later(setDeadlines(tx, deadlines));
}

/** Tells those who wait for these orders; once the commit is certain. */
export function tellClients(
  news: OrderNews,
  answered: readonly Answered[],
  shortages: ReadonlyMap<Id, readonly Shortage[]>,
  times: Times,
): void {
  for (const each of answered) {
    const { order, decision } = each;
    const { id, state, version, paymentMethod, answers } = order;
    if (decision.state === 'placed') continue;
    // Its client needs the address where the payment is approved: told once that is known.
    if (decision.state === 'payment_due' && paymentMethod === 'kakaopay') news.tellChange(id);
    else {
      const outcome = { state, version, fundsAnswer: answers.funds, ...outcomeOf(each, times) };
      news.tellOutcome(id, { ...outcome, shortages: shortages.get(id) });
    }
  }
}
