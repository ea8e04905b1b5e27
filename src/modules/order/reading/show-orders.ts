import type { Database } from '../../../platform/database/database.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import { page, type PageRequest } from '../../../platform/http/page.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { orderSummary, orderView } from './order-view.ts';
import { findOrder, listOrders } from './reading.store.ts';

export type ShowOrders = ReturnType<typeof createShowOrders>;

/** Reads members' own orders; `one` reads anybody's when no `memberId` is given. */
export function createShowOrders(parts: { database: Database; timeZone: string }) {
  const { database, timeZone } = parts;
  return {
    /** Throws `not_found`, for another member's order too. */
    one: async (orderId: Id, memberId?: Id) => {
      const found = await findOrder(database, orderId, memberId);
      if (!found) throw notFound('There is no such order');
      return orderView(found, timeZone);
    },

    list: (request: PageRequest, memberId: Id) =>
      page(request, async (limit, beforeId) => {
        const rows = await listOrders(database, { memberId, limit, beforeId });
        return rows.map((row) => orderSummary(row, timeZone));
      }),
  };
}
