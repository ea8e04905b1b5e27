import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { page, type PageRequest } from '../../platform/http/page.ts';
import { listAllBanners, listShownBanners } from './banner.store.ts';
import { adminBannerView, bannerView } from './show-banner.ts';

export type ListBanners = ReturnType<typeof createListBanners>;

/** No page has room for more; the list is whole, so there is no next one. */
const SHOWN_AT_MOST = 100;

/** What shoppers see now in one place, and all there is for admins. */
export function createListBanners({ database, clock }: { database: Database; clock: Clock }) {
  return {
    shown: async (placement: string) => {
      const wanted = { placement, now: clock.now(), limit: SHOWN_AT_MOST };
      const rows = await listShownBanners(database, wanted);
      return { items: rows.map(bannerView), nextCursor: null };
    },

    all: (request: PageRequest) =>
      page(request, async (limit, beforeId) => {
        const rows = await listAllBanners(database, { limit, beforeId });
        return rows.map(adminBannerView);
      }),
  };
}
