import { resolve, type Container } from '../../platform/container/container.ts';
import type { ShopModule } from '../../platform/container/shop-module.ts';
import { CLOCK, DATABASE, IN_TRANSACTION } from '../../platform/container/tokens.ts';
import { bannerAdminRoutes, bannerRoutes } from './banner.routes.ts';
import { createChangeBanner } from './change-banner.ts';
import { createCreateBanner, type CreateBanner } from './create-banner.ts';
import { createDeleteBanner } from './delete-banner.ts';
import { createListBanners } from './list-banners.ts';
import { createShowBanner } from './show-banner.ts';

export type BannerModule = ShopModule & {
  /** For scripts. */
  createBanner: CreateBanner;
};

export function wireBanner(container: Container): BannerModule {
  const database = resolve(container, DATABASE);
  const inTransaction = resolve(container, IN_TRANSACTION);
  const clock = resolve(container, CLOCK);

  const createBanner = createCreateBanner({ inTransaction });
  const listBanners = createListBanners({ database, clock });
  return {
    consumers: [],
    routes: bannerRoutes({ listBanners }),
    adminRoutes: bannerAdminRoutes({
      createBanner,
      changeBanner: createChangeBanner({ inTransaction }),
      deleteBanner: createDeleteBanner({ inTransaction }),
      showBanner: createShowBanner({ database }),
      listBanners,
    }),
    createBanner,
  };
}
