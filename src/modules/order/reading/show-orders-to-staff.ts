import type { Database } from '../../../platform/database/database.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import { memberReference } from '../../../platform/http/members-for-staff.ts';
import { page, type PageRequest } from '../../../platform/http/page.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { orderSummary, orderView } from './order-view.ts';
import { findOrder, listOrders } from './reading.store.ts';

export type ShowOrdersToStaff = ReturnType<typeof createShowOrdersToStaff>;

/**
 * Reads anybody's orders, with their buyers. Of these order knows nothing but the id: who they are is
 * added where the answer leaves the shop (decision 21).
 */
export function createShowOrdersToStaff(parts: { database: Database; timeZone: string }) {
  const { database, timeZone } = parts;
  return {
    /** Throws `not_found`. */
    one: async (orderId: Id) => {
      const found = await findOrder(database, orderId);
      if (!found) throw notFound('There is no such order');
      return { ...orderView(found, timeZone), buyer: memberReference(found.order.memberId) };
    },

    list: (request: PageRequest) =>
      page(request, async (limit, beforeId) => {
        const rows = await listOrders(database, { memberId: undefined, limit, beforeId });
        return rows.map((row) => ({
          ...orderSummary(row, timeZone),
          buyer: memberReference(row.memberId),
        }));
      }),
  };
}
