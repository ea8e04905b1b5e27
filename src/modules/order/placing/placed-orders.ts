import { LRUCache } from 'lru-cache';
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
  readonly #orders = new LRUCache<Id, PlacedOrder>({ max: MOST_ORDERS });

  keep(drafts: readonly Draft[]): void {
    for (const draft of drafts) {
      const { order } = draft;
      if (order.state !== 'placed') continue;
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
    return this.#ofAll(orderIds, ({ order }) => openOrder(order));
  }

  /** The lines of all these orders; undefined unless all are here. */
  linesOf(orderIds: readonly Id[]): Map<Id, readonly EventLine[]> | undefined {
    return this.#ofAll(orderIds, ({ lines }) => lines);
  }

  /** They are not as they were placed any more. */
  forget(orderIds: readonly Id[]): void {
    for (const orderId of orderIds) this.#orders.delete(orderId);
  }

  #ofAll<T>(orderIds: readonly Id[], read: (order: PlacedOrder) => T): Map<Id, T> | undefined {
    const found = new Map<Id, T>();
    for (const orderId of orderIds) {
      const order = this.#orders.get(orderId);
      if (!order) return undefined;
      found.set(orderId, read(order));
    }
    return found;
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
