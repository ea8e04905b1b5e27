import { memberIdOf, membersOnly } from '../../../platform/auth/access-token.ts';
import { eventStreamSchema, sendEventStream } from '../../../platform/http/event-stream.ts';
import { closedObject, listQuery } from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import {
  FlashSaleListSchema,
  flashSaleParams,
  FlashSaleSchema,
  JoinedSchema,
  JoinSchema,
  ticketParams,
  TicketSchema,
} from './flash-sales.schemas.ts';
import type { FollowTicket } from './follow-ticket.ts';
import type { JoinFlashSale } from './join-flash-sale.ts';
import type { ShowFlashSales } from './show-flash-sales.ts';
import type { ShowTicket, TicketView } from './show-ticket.ts';

const tags = ['flash sales'];

export function flashSaleRoutes(use: {
  showFlashSales: ShowFlashSales;
  joinFlashSale: JoinFlashSale;
  showTicket: ShowTicket;
  followTicket: FollowTicket;
}): Routes {
  return (scope) => {
    scope.get(
      '/flash-sales',
      {
        schema: {
          summary: 'Flash sales that are open or to come, newest first',
          tags,
          querystring: closedObject(listQuery),
          response: { 200: FlashSaleListSchema },
        },
      },
      (request) => use.showFlashSales.current(request.query),
    );

    scope.get(
      '/flash-sales/:flashSaleId',
      {
        schema: {
          summary: 'A flash sale',
          tags,
          params: flashSaleParams,
          response: { 200: FlashSaleSchema },
        },
      },
      (request) => use.showFlashSales.toShoppers(request.params.flashSaleId),
    );

    scope.post(
      '/flash-sales/:flashSaleId/orders',
      {
        onRequest: membersOnly,
        config: { resource: '/api/v1/flash-sales/:flashSaleId/tickets/:made' },
        schema: {
          summary: 'Join a flash sale, first come, first served',
          description:
            '202 means that the ticket is stored: one unit, one ticket a member. Its order is placed ' +
            'when it is its turn; follow the ticket. Errors: flash_sale_sold_out, ' +
            'flash_sale_already_joined (with ticketId), flash_sale_not_open (with opensAt), ' +
            'flash_sale_closed, flash_sale_paused, payment_method_unavailable, ' +
            'amount_below_minimum (with minimumAmount); ' +
            'flash_sale_ticket_pending and first_come_unavailable: send it again.',
          tags,
          params: flashSaleParams,
          body: JoinSchema,
          response: { 202: JoinedSchema },
        },
      },
      async (request, reply) => {
        const { flashSaleId } = request.params;
        const memberId = memberIdOf(request);
        const joined = await use.joinFlashSale({ ...request.body, flashSaleId, memberId });
        reply.header('location', `/api/v1/flash-sales/${flashSaleId}/tickets/${joined.ticketId}`);
        return reply.code(202).send({ ...joined, state: 'queued' });
      },
    );

    scope.get(
      '/flash-sales/:flashSaleId/tickets/:ticketId',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'One of my tickets',
          tags,
          params: ticketParams,
          response: { 200: TicketSchema },
        },
      },
      (request) => {
        const { flashSaleId, ticketId } = request.params;
        return use.showTicket(flashSaleId, ticketId, memberIdOf(request));
      },
    );

    scope.get(
      '/flash-sales/:flashSaleId/tickets/:ticketId/events',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'Follow one of my tickets',
          description:
            'Server-Sent Events: a `ticket` event with the ticket now, and again whenever it has ' +
            'moved, until it is paid, failed or closed, or a quarter of an hour is over.',
          tags,
          params: ticketParams,
          response: { 200: eventStreamSchema('Events whose data is the ticket') },
        },
      },
      (request, reply) =>
        sendEventStream(request, reply, (signal) =>
          asEvents(use.followTicket(request.params, memberIdOf(request), signal)),
        ),
    );
  };
}

async function* asEvents(views: AsyncGenerator<TicketView>) {
  for await (const data of views) yield { event: 'ticket', data };
}
