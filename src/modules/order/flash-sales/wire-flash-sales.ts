import type { Clock } from '../../../platform/clock/clock.ts';
import type { ShopModule } from '../../../platform/container/shop-module.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { CampaignStore } from '../../../platform/first-come/campaign-store.ts';
import type { FirstComeGate } from '../../../platform/first-come/first-come.ts';
import type { OrderNews } from '../order-news.ts';
import type { PaymentMethod } from '../order.rules.ts';
import type { PlacedOrders } from '../placing/placed-orders.ts';
import type { PlacingTerms } from '../placing/draft-order.ts';
import type { MinimumOf } from '../placing/refuse-below-minimum.ts';
import { createAdmitTickets } from './admit-tickets.ts';
import { createCompleteTicket } from './complete-tickets.ts';
import { createCreateFlashSale } from './create-flash-sale.ts';
import { flashSaleAdminRoutes } from './flash-sales.admin-routes.ts';
import { flashSaleRoutes } from './flash-sales.routes.ts';
import { createFollowTicket } from './follow-ticket.ts';
import { createTicketStore } from './issue-tickets.ts';
import { createJoinFlashSale } from './join-flash-sale.ts';
import { PendingAddresses } from './pending-addresses.ts';
import { createRefreshGate } from './refresh-gate.ts';
import { createRefuseSmallPayments } from './refuse-small-payments.ts';
import { createRunFlashSales } from './run-flash-sales.ts';
import { createShowFlashSales } from './show-flash-sales.ts';
import { createShowTicket } from './show-ticket.ts';
import { createSweepFlashSales } from './sweep-flash-sales.ts';
import { createSwitchFlashSale } from './switch-flash-sale.ts';

/** What flash sales add to the module. */
export function wireFlashSales(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  news: OrderNews;
  terms: PlacingTerms;
  placedOrders: PlacedOrders;
  accepts: (method: PaymentMethod) => boolean;
  minimumOf: MinimumOf;
  createGate: (store: CampaignStore) => FirstComeGate;
  sweepMs: number;
}): Required<Pick<ShopModule, 'consumers' | 'routes' | 'adminRoutes' | 'gates' | 'sweeps'>> {
  const addresses = new PendingAddresses();
  const gate = parts.createGate(createTicketStore({ ...parts, addresses }));
  const refreshGate = createRefreshGate(gate);
  const admitTickets = createAdmitTickets(parts);
  const showFlashSales = createShowFlashSales(parts);
  const showTicket = createShowTicket(parts);
  const sweep = createSweepFlashSales({ ...parts, admitTickets, refreshGate });
  return {
    consumers: [createRunFlashSales({ ...parts, admitTickets, refreshGate })],
    routes: flashSaleRoutes({
      showFlashSales,
      joinFlashSale: createJoinFlashSale({
        ...parts,
        gate,
        addresses,
        completeTicket: createCompleteTicket(parts),
        refuseSmallPayments: createRefuseSmallPayments(parts),
      }),
      showTicket,
      followTicket: createFollowTicket({ ...parts, showTicket }),
    }),
    adminRoutes: flashSaleAdminRoutes({
      createFlashSale: createCreateFlashSale(parts),
      showFlashSales,
      switchFlashSale: createSwitchFlashSale({ ...parts, refreshGate }),
    }),
    gates: { 'flash-sale': gate },
    sweeps: [{ name: 'running flash sales', everyMs: parts.sweepMs, run: sweep }],
  };
}
