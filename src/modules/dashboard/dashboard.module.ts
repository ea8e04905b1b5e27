import { resolve, type Container } from '../../platform/container/container.ts';
import type { ShopModule } from '../../platform/container/shop-module.ts';
import { CLOCK, CONFIG, DATABASE } from '../../platform/container/tokens.ts';
import { wallClockOf } from './calendar.rules.ts';
import { countSales } from './count-sales.ts';
import { dashboardAdminRoutes } from './dashboard.routes.ts';
import { createListSales } from './list-sales.ts';
import { createShowSummary } from './show-summary.ts';

export type DashboardModule = ShopModule;

export function wireDashboard(container: Container): DashboardModule {
  const database = resolve(container, DATABASE);
  const clock = resolve(container, CLOCK);
  const wallClock = wallClockOf(resolve(container, CONFIG).timeZone);

  return {
    consumers: [countSales],
    // All of it is for admins.
    routes: () => {},
    adminRoutes: dashboardAdminRoutes({
      showSummary: createShowSummary({ database, clock, wallClock }),
      listSales: createListSales({ database, wallClock }),
    }),
  };
}
