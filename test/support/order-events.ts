import type { TransactionalConsumer } from '../../src/platform/events/consumer.ts';
import type {
  EventDefinition,
  EventOf,
  RecordedEvent,
} from '../../src/platform/events/define-event.ts';
import { newId, type Id } from '../../src/platform/ids/id.ts';
import {
  orderCancelled,
  orderExpired,
  orderFailed,
  orderLinesCancelled,
  orderPaid,
  orderPlaced,
} from '../../src/modules/order/order.events.ts';
import { permutations } from './shuffle.ts';
import type { TestShop } from './start-shop.ts';

export type TestEvent = EventOf<EventDefinition>;

/** An order as its events tell of it; there is no row of it anywhere. */
export type ToldOrder = {
  orderId: Id;
  memberId: Id;
  placedAt: Date;
  lines: { skuId: Id; productId: Id; quantity: number; unitPrice: number; lineAmount: number }[];
  funds: { walletAmount: number; pointsAmount: number } | null;
  coupon: {
    memberCouponId: Id;
    discountAmount: number;
    freesShipping: boolean;
    items: { productId: Id; typeId: Id | null; lineAmount: number }[];
  } | null;
  /** The flash sale whose units it takes. */
  flashSaleId: Id | null;
};

/** An order that needs nothing but what is given. */
export function tellOrder(given: Partial<ToldOrder> = {}): ToldOrder {
  return {
    orderId: newId(),
    memberId: newId(),
    placedAt: new Date(),
    lines: [],
    funds: null,
    coupon: null,
    flashSaleId: null,
    ...given,
  };
}

export function lineOf(skuId: Id, quantity: number, unitPrice: number): ToldOrder['lines'][number] {
  return { skuId, productId: newId(), quantity, unitPrice, lineAmount: unitPrice * quantity };
}

export function placed({ placedAt, ...order }: ToldOrder): TestEvent {
  const payload = { ...order, placedAt: placedAt.toISOString() };
  return orderPlaced.read(orderPlaced.of(order.orderId, 1, payload));
}

export function paid(order: ToldOrder, paidAt = new Date()): TestEvent {
  const payload = {
    orderId: order.orderId,
    memberId: order.memberId,
    paidAt: paidAt.toISOString(),
    totalAmount: totalOf(order),
    memberCouponId: order.coupon?.memberCouponId ?? null,
    lines: order.lines,
  };
  return orderPaid.read(orderPaid.of(order.orderId, 2, payload));
}

export function failed({ orderId, coupon }: ToldOrder, failureCode = 'out_of_stock'): TestEvent {
  const payload = { orderId, failureCode, memberCouponId: coupon?.memberCouponId ?? null };
  return orderFailed.read(orderFailed.of(orderId, 2, payload));
}

export function expired(order: ToldOrder): TestEvent {
  const { orderId, coupon } = order;
  const payload = {
    orderId,
    failureCode: 'payment_timeout' as const,
    memberCouponId: coupon?.memberCouponId ?? null,
  };
  return orderExpired.read(orderExpired.of(orderId, 2, payload));
}

/** All that was cancelled of an order until now, and given back for it. */
export type CancelledSoFar = {
  lines: { skuId: Id; quantity: number }[];
  walletAmount: number;
  pointsAmount: number;
};

/**
 * A cancellation of some units of a paid order.
 * @param more the units of this very cancellation, and what it gives back; when it matters
 */
export function linesCancelled(
  { orderId, memberId }: ToldOrder,
  soFar: Partial<CancelledSoFar>,
  more: { lines?: ToldOrder['lines']; refundAmount?: number; cancelledAt?: Date } = {},
): TestEvent {
  const { lines = [], refundAmount = 0, cancelledAt = new Date() } = more;
  const payload = {
    orderId,
    memberId,
    cancelledAt: cancelledAt.toISOString(),
    paidAt: cancelledAt.toISOString(),
    refundAmount,
    lines,
    soFar: { lines: [], walletAmount: 0, pointsAmount: 0, ...soFar },
  };
  return orderLinesCancelled.read(orderLinesCancelled.of(orderId, 3, payload));
}

/** @param paidAt when the order had been paid; null when it was cancelled before */
export function cancelled(
  order: ToldOrder,
  paidAt: Date | null,
  cancelledAt = new Date(),
): TestEvent {
  const payload = {
    orderId: order.orderId,
    memberId: order.memberId,
    cancelledAt: cancelledAt.toISOString(),
    paidAt: paidAt?.toISOString() ?? null,
    totalAmount: totalOf(order),
    memberCouponId: order.coupon?.memberCouponId ?? null,
    lines: order.lines,
  };
  return orderCancelled.read(orderCancelled.of(order.orderId, 3, payload));
}

function totalOf({ funds, lines }: ToldOrder): number {
  return funds?.walletAmount ?? lines.reduce((sum, line) => sum + line.lineAmount, 0);
}

/**
 * Hands events to consumers, in the events' order; those for the same one that follow each other in one
 * transaction of the shop, as its lane does with a batch. What none of them asks for is left out.
 */
export async function handle(
  { app }: TestShop,
  consumers: TransactionalConsumer | readonly TransactionalConsumer[],
  events: readonly TestEvent[],
): Promise<void> {
  const batches: { consumer: TransactionalConsumer; events: TestEvent[] }[] = [];
  for (const event of events) {
    const consumer = [consumers]
      .flat()
      .find(({ on }) => on.some(({ name }) => name === event.name));
    const last = batches.at(-1);
    if (consumer === undefined) continue;
    if (last?.consumer === consumer) last.events.push(event);
    else batches.push({ consumer, events: [event] });
  }
  for (const { consumer, events: batch } of batches) {
    await app.backbone.inTransaction((tx) => consumer.handle(tx, batch));
  }
}

/** What participants answered about an order, in the order of their answers. */
export async function answersOf(
  { database }: TestShop,
  orderId: Id,
): Promise<{ name: string; payload: unknown }[]> {
  const rows = await database.select<{ events: string }>(
    'SELECT events FROM platform_outbox WHERE events LIKE ? ORDER BY id',
    [`%${orderId}%`],
  );
  const events: RecordedEvent[] = rows.flatMap((row) => JSON.parse(row.events));
  return events
    .filter((event) => event.aggregateId === orderId)
    .map(({ name, payload }) => ({ name, payload }));
}

export type Story = {
  story: string;
  tell: (order: ToldOrder) => TestEvent[];
  /** The state in which the order's hold ends. */
  end: 'committed' | 'released';
};

/** What can become of an order whose hold is granted. */
export const STORIES: readonly Story[] = [
  { story: 'placed, paid', tell: (order) => [placed(order), paid(order)], end: 'committed' },
  { story: 'placed, failed', tell: (order) => [placed(order), failed(order)], end: 'released' },
  { story: 'placed, expired', tell: (order) => [placed(order), expired(order)], end: 'released' },
  {
    story: 'placed, cancelled',
    tell: (order) => [placed(order), cancelled(order, null)],
    end: 'released',
  },
  {
    story: 'placed, paid, cancelled',
    tell: (order) => [placed(order), paid(order), cancelled(order, new Date())],
    end: 'released',
  },
];

/**
 * Every way in which a story may arrive, as batches: its events in each order, all at once and one
 * by one. Only a payment, and a cancellation of lines, never come before the placement, whose holds
 * they need.
 */
export function waysToTell(tell: Story['tell']): ((order: ToldOrder) => TestEvent[][])[] {
  return waysToArrive(tell(tellOrder())).map(
    (_way, index) => (order) => waysToArrive(tell(order))[index] ?? [],
  );
}

function waysToArrive(events: readonly TestEvent[]): TestEvent[][][] {
  return permutations(events).flatMap((sequence) =>
    isCausal(sequence) ? [[sequence], sequence.map((event) => [event])] : [],
  );
}

function isCausal(sequence: readonly TestEvent[]): boolean {
  return causal(sequence).every((event, index) => event === sequence[index]);
}

/** What happens only to an order whose holds are there. */
const NEED_HOLDS: readonly string[] = [orderPaid.name, orderLinesCancelled.name];

/** Puts each placement before what needs its holds; all else stays in its order. */
export function causal(events: readonly TestEvent[]): TestEvent[] {
  const sorted = [...events];
  for (let at = 0; at < sorted.length; at += 1) {
    const event = sorted[at];
    if (!event || !NEED_HOLDS.includes(event.name)) continue;
    const later = sorted.findIndex(
      (other, index) =>
        index > at && other.name === orderPlaced.name && other.aggregateId === event.aggregateId,
    );
    if (later > at) sorted.splice(at, 0, ...sorted.splice(later, 1));
  }
  return sorted;
}

/** `howMany` orders with all their events, whose fates take turns. */
export function tellDay(
  howMany: number,
  orderAt: (index: number) => ToldOrder,
): { order: ToldOrder; events: TestEvent[]; end: Story['end'] }[] {
  return Array.from({ length: howMany }, (_, index) => {
    const order = orderAt(index);
    const story = STORIES[index % STORIES.length];
    if (!story) throw new Error('there are no stories');
    return { order, events: story.tell(order), end: story.end };
  });
}
