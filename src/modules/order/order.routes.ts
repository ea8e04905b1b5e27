import { Type } from 'typebox';
import { memberIdOf, membersOnly } from '../../platform/auth/access-token.ts';
import { closedObject, idempotencyKeyHeader, listQuery } from '../../platform/http/schemas.ts';
import type { Routes } from '../../platform/http/shop-server.ts';
import { traceOf } from '../../platform/http/trace.ts';
import { idempotencyKeyOf } from '../../platform/idempotency/idempotency-key.ts';
import { eventStreamSchema, sendEventStream } from '../../platform/http/event-stream.ts';
import type { AwaitOutcome } from './placing/await-outcome.ts';
import type { QuoteOrder } from './placing/quote-order.ts';
import type { FollowOrder } from './reading/follow-order.ts';
import type { CancelOrder } from './undoing/cancel-order.ts';
import { refused } from './order.errors.ts';
import {
  CancellationSchema,
  OrderListSchema,
  orderParams,
  OrderSchema,
  PlacementSchema,
  QuoteRequestSchema,
  QuoteSchema,
} from './order.schemas.ts';
import type { PlaceOrder } from './placing/place-order.ts';
import type { OrderView } from './reading/order-view.ts';
import type { ShowOrders } from './reading/show-orders.ts';

const tags = ['orders'];

const placementHeaders = Type.Object({
  ...idempotencyKeyHeader.properties,
  prefer: Type.Optional(
    Type.String({ description: 'respond-async answers 202 at once, before the outcome' }),
  ),
});

export function orderRoutes(use: {
  placeOrder: PlaceOrder;
  awaitOutcome: AwaitOutcome;
  quoteOrder: QuoteOrder;
  cancelOrder: CancelOrder;
  showOrders: ShowOrders;
  followOrder: FollowOrder;
  /** How long a placement waits for its outcome, in milliseconds. */
  answerWaitMs: number;
}): Routes {
  return (scope) => {
    scope.post(
      '/orders',
      {
        onRequest: membersOnly,
        config: { resource: '/api/v1/orders/:made' },
        schema: {
          summary: 'Place an order',
          description:
            'Of `items`, or else of the cart. 201 when it is paid or its payment is due, 202 while it ' +
            'is undecided. A refused placement answers 409 with the failure code as `code` and the ' +
            'order as `orderId`; nothing stays held. `reason` says more where there is more to say: ' +
            'payment_declined with insufficient_funds, coupon_rejected with coupon_without_benefit. ' +
            "out_of_stock names in `skus` what was missing, as the order's `failureSkus` do. " +
            "The cart's content is taken by one order: of several at " +
            'once the others are refused with cart_empty. An order that ends unpaid gives it back. ' +
            'Where items cannot be bought, validation_failed names them in `skus`: `[{skuId}]`; its ' +
            "`errors` have an empty path when they are the cart's.",
          tags,
          headers: placementHeaders,
          body: PlacementSchema,
          response: { 201: OrderSchema, 202: OrderSchema },
        },
      },
      async (request, reply) => {
        const memberId = memberIdOf(request);
        const placed = await use.placeOrder({
          ...request.body,
          memberId,
          idempotencyKey: idempotencyKeyOf(request, memberId, 'place-order'),
          trace: traceOf(request),
        });
        if (placed.replayed) reply.header('idempotency-replayed', 'true');
        reply.header('location', `/api/v1/orders/${placed.orderId}`);
        const atOnce = request.headers.prefer?.includes('respond-async') === true;
        const order = await use.awaitOutcome(placed, atOnce ? 0 : use.answerWaitMs);
        if (order.state === 'failed' && order.failureCode) {
          throw refused(order.failureCode, order.id, order);
        }
        return reply.code(order.state === 'placed' ? 202 : 201).send(order);
      },
    );

    scope.post(
      '/orders/quote',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'What an order would cost',
          description:
            'The full breakdown, by the code that prices orders; nothing is stored or held. A coupon ' +
            'that would be spent for nothing is shown as not usable; with it the order would be ' +
            'refused. With a paymentMethod it is also told whether that one takes so little. ' +
            'Errors: coupon_rejected, cart_empty, payment_method_unavailable, amount_below_minimum ' +
            '(with minimumAmount); validation_failed names SKUs as placing does.',
          tags,
          body: QuoteRequestSchema,
          response: { 200: QuoteSchema },
        },
      },
      (request) => use.quoteOrder({ ...request.body, memberId: memberIdOf(request) }),
    );

    scope.get(
      '/orders',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'My orders, newest first',
          description: 'Each with its first line and the number of its lines.',
          tags,
          querystring: closedObject(listQuery),
          response: { 200: OrderListSchema },
        },
      },
      (request) => use.showOrders.list(request.query, memberIdOf(request)),
    );

    scope.get(
      '/orders/:orderId',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'One of my orders',
          tags,
          params: orderParams,
          response: { 200: OrderSchema },
        },
      },
      (request) => use.showOrders.one(request.params.orderId, memberIdOf(request)),
    );

    scope.get(
      '/orders/:orderId/events',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'Follow one of my orders',
          description:
            'Server-Sent Events: an `order` event with the order now, and again whenever it has ' +
            'changed, until nothing can change any more or a quarter of an hour is over.',
          tags,
          params: orderParams,
          response: { 200: eventStreamSchema('Events whose data is the order') },
        },
      },
      (request, reply) =>
        sendEventStream(request, reply, (signal) =>
          asEvents(use.followOrder(request.params.orderId, memberIdOf(request), signal)),
        ),
    );

    scope.post(
      '/orders/:orderId/cancel',
      {
        onRequest: membersOnly,
        config: { resource: '/api/v1/orders/:orderId' },
        schema: {
          summary: 'Cancel an order before it is shipped, or some units of it',
          description:
            'Money goes back where it came from, points with their expiry, the coupon with the last ' +
            'unit, and the stock is open again, moments later. Single units can be cancelled once ' +
            'the order is paid. Errors: order_not_cancellable, payment_in_progress.',
          tags,
          headers: idempotencyKeyHeader,
          params: orderParams,
          body: CancellationSchema,
          response: { 200: OrderSchema },
        },
      },
      async (request, reply) => {
        const { orderId } = request.params;
        const memberId = memberIdOf(request);
        const idempotencyKey = idempotencyKeyOf(request, memberId, `cancel-order ${orderId}`);
        const { replayed } = await use.cancelOrder({
          ...request.body,
          orderId,
          memberId,
          idempotencyKey,
        });
        if (replayed) reply.header('idempotency-replayed', 'true');
        return use.showOrders.one(orderId, memberId);
      },
    );
  };
}

async function* asEvents(views: AsyncGenerator<OrderView>) {
  for await (const data of views) yield { event: 'order', data };
}
