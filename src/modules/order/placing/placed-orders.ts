import type { Id } from '../../../platform/ids/id.ts';
import type { EventLine, OrderRow } from '../order.store.ts';
import type { OpenOrder } from './answers.store.ts';
import { eventLines, type Draft } from './draft-order.ts';

/** Orders that are kept: more than are under way at once. */
const MOST_ORDERS = 20_000;

type PlacedOrder = {
  readonly order: OrderRow;
  readonly lines: readonly EventLine[];
  /** Participants that have not answered yet. */
  awaited: number;
};

/**
 * What this process knows of the orders that it placed and that are not decided yet. It saves a
 * question to the database and a transaction; whatever is not here is there.
 */
export class PlacedOrders {
  readonly #orders = new Map<Id, PlacedOrder>();

  keep(drafts: readonly Draft[]): void {
    for (const draft of drafts) {
      const { order } = draft;
      if (order.state !== 'placed') continue;
      this.#makeRoom();
      const answers = [order.stockAnswer, order.fundsAnswer, order.couponAnswer];
      const awaited = answers.filter((answer) => answer === 'awaited').length;
      this.#orders.set(order.id, { order, lines: eventLines(draft), awaited });
    }
  }

  /** Notes that a participant has answered; true while another one is still to come. */
  hear(orderId: Id): boolean {
    const order = this.#orders.get(orderId);
    if (!order) return false;
    order.awaited -= 1;
    return order.awaited > 0;
  }

  /** All these orders as they were placed; undefined unless all are here. */
  asPlaced(orderIds: readonly Id[]): Map<Id, OpenOrder> | undefined {
    const found = new Map<Id, OpenOrder>();
    for (const orderId of orderIds) {
      const order = this.#orders.get(orderId)?.order;
      if (!order) return undefined;
      found.set(orderId, openOrder(order));
    }
    return found;
  }

  /** The lines of all these orders; undefined unless all are here. */
  linesOf(orderIds: readonly Id[]): Map<Id, readonly EventLine[]> | undefined {
    const found = new Map<Id, readonly EventLine[]>();
    for (const orderId of orderIds) {
      const order = this.#orders.get(orderId);
      if (!order) return undefined;
      found.set(orderId, order.lines);
    }
    return found;
  }

  /** They are not as they were placed any more. */
  forget(orderIds: readonly Id[]): void {
    for (const orderId of orderIds) this.#orders.delete(orderId);
  }

  #makeRoom(): void {
    if (this.#orders.size < MOST_ORDERS) return;
    const [oldest] = this.#orders.keys();
    if (oldest !== undefined) this.#orders.delete(oldest);
  }
}

function openOrder(order: OrderRow): OpenOrder {
  const { id, memberId, state, failureCode, paymentMethod, totalAmount } = order;
  const { memberCouponId, cartId, flashSaleId, version } = order;
  const { stockAnswer: stock, fundsAnswer: funds, couponAnswer: coupon } = order;
  return {
    id,
    memberId,
    state,
    failureCode,
    paymentMethod,
    totalAmount,
    memberCouponId,
    cartId,
    flashSaleId,
    version,
    answers: { stock, funds, coupon },
  };
}
