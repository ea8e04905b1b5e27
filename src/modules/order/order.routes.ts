import { Type } from 'typebox';
import { memberIdOf, membersOnly } from '../../platform/auth/access-token.ts';
import { closedObject, idempotencyKeyHeader, listQuery } from '../../platform/http/schemas.ts';
import type { Routes } from '../../platform/http/shop-server.ts';
import { traceOf } from '../../platform/http/trace.ts';
import { idempotencyKeyOf } from '../../platform/idempotency/idempotency-key.ts';
import type { AwaitOutcome } from './await-outcome.ts';
import type { CancelOrder } from './cancel-order.ts';
import { refused } from './order.errors.ts';
import {
  CancellationSchema,
  OrderListSchema,
  orderParams,
  OrderSchema,
  PlacementSchema,
} from './order.schemas.ts';
import type { PlaceOrder } from './place-order.ts';
import type { ShowOrders } from './show-orders.ts';

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
  cancelOrder: CancelOrder;
  showOrders: ShowOrders;
  /** How long a placement waits for its outcome, in milliseconds. */
  answerWaitMs: number;
}): Routes {
  return (scope) => {
    scope.post(
      '/orders',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'Place an order',
          description:
            '201 when it is paid, 202 while it is undecided. A refused placement answers 409 with ' +
            'the failure code as `code` and the order as `orderId`; nothing stays held.',
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
        const atOnce = request.headers.prefer?.includes('respond-async') === true;
        const order = await use.awaitOutcome(placed, atOnce ? 0 : use.answerWaitMs);
        if (order.state === 'failed' && order.failureCode) {
          throw refused(order.failureCode, order.id);
        }
        reply.header('location', `/api/v1/orders/${order.id}`);
        return reply.code(order.state === 'placed' ? 202 : 201).send(order);
      },
    );

    scope.get(
      '/orders',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'My orders, newest first',
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

    scope.post(
      '/orders/:orderId/cancel',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'Cancel an order before it is shipped',
          description:
            'Pay money and the coupon come back, and the stock is open again, moments later. ' +
            'Errors: order_not_cancellable, payment_in_progress.',
          tags,
          params: orderParams,
          body: CancellationSchema,
          response: { 200: OrderSchema },
        },
      },
      async (request) => {
        const { orderId } = request.params;
        const memberId = memberIdOf(request);
        await use.cancelOrder({ orderId, memberId, reason: request.body.reason });
        return use.showOrders.one(orderId, memberId);
      },
    );
  };
}

export function orderAdminRoutes(use: { showOrders: ShowOrders }): Routes {
  return (scope) => {
    scope.get(
      '/orders',
      {
        config: { permission: 'order.read' },
        schema: {
          summary: 'All orders, newest first',
          tags: ['admin: orders'],
          querystring: closedObject(listQuery),
          response: { 200: OrderListSchema },
        },
      },
      (request) => use.showOrders.list(request.query),
    );

    scope.get(
      '/orders/:orderId',
      {
        config: { permission: 'order.read' },
        schema: {
          summary: 'An order',
          tags: ['admin: orders'],
          params: orderParams,
          response: { 200: OrderSchema },
        },
      },
      (request) => use.showOrders.one(request.params.orderId),
    );
  };
}
