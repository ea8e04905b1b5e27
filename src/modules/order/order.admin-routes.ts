import { adminIdOf } from '../../platform/auth/access-token.ts';
import { closedObject, idempotencyKeyHeader, listQuery } from '../../platform/http/schemas.ts';
import type { Routes } from '../../platform/http/shop-server.ts';
import { idempotencyKeyOf } from '../../platform/idempotency/idempotency-key.ts';
import {
  CancellationSchema,
  orderParams,
  StaffOrderListSchema,
  StaffOrderSchema,
} from './order.schemas.ts';
import type { ShowOrdersToStaff } from './reading/show-orders-to-staff.ts';
import type { CancelForMember } from './undoing/cancel-for-member.ts';

const tags = ['admin: orders'];

export function orderAdminRoutes(use: {
  showOrders: ShowOrdersToStaff;
  cancelForMember: CancelForMember;
}): Routes {
  return (scope) => {
    scope.get(
      '/orders',
      {
        config: { permission: 'order.read', membersIn: 'buyer' },
        schema: {
          summary: 'All orders, newest first',
          description: 'Each with its first line, the number of its lines, and its buyer.',
          tags,
          querystring: closedObject(listQuery),
          response: { 200: StaffOrderListSchema },
        },
      },
      (request) => use.showOrders.list(request.query),
    );

    scope.get(
      '/orders/:orderId',
      {
        config: { permission: 'order.read', membersIn: 'buyer' },
        schema: {
          summary: 'An order',
          description: 'With its address and its buyer: login id, and the name masked.',
          tags,
          params: orderParams,
          response: { 200: StaffOrderSchema },
        },
      },
      (request) => use.showOrders.one(request.params.orderId),
    );

    scope.post(
      '/orders/:orderId/cancel',
      {
        config: {
          permission: 'order.write',
          membersIn: 'buyer',
          resource: '/api/v1/admin/orders/:orderId',
        },
        schema: {
          summary: 'Cancel an order for its member, or some units of it',
          description: 'As the member would. Errors: order_not_cancellable, payment_in_progress.',
          tags,
          headers: idempotencyKeyHeader,
          params: orderParams,
          body: CancellationSchema,
          response: { 200: StaffOrderSchema },
        },
      },
      async (request, reply) => {
        const { orderId } = request.params;
        const adminId = adminIdOf(request);
        const idempotencyKey = idempotencyKeyOf(request, adminId, `cancel-order ${orderId}`);
        const { replayed } = await use.cancelForMember(adminId, {
          ...request.body,
          orderId,
          idempotencyKey,
        });
        if (replayed) reply.header('idempotency-replayed', 'true');
        return use.showOrders.one(orderId);
      },
    );
  };
}
