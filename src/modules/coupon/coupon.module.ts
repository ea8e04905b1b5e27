import { resolve, type Container } from '../../platform/container/container.ts';
import type { ShopModule } from '../../platform/container/shop-module.ts';
import { CLOCK, DATABASE, IN_TRANSACTION } from '../../platform/container/tokens.ts';
import { createClaimCoupon } from './claim-coupon.ts';
import { couponAdminRoutes, couponRoutes } from './coupon.routes.ts';
import { createCreateCoupon, type CreateCoupon } from './create-coupon.ts';
import { keepCouponsForOrders } from './keep-coupons-for-orders.ts';
import { createListCoupons } from './list-coupons.ts';
import { createRepublishCoupons } from './republish-coupons.ts';
import { createShowCoupon } from './show-coupon.ts';

export type CouponModule = ShopModule & {
  /** For scripts. */
  createCoupon: CreateCoupon;
  republishCoupons: () => Promise<void>;
};

export function wireCoupon(container: Container): CouponModule {
  const database = resolve(container, DATABASE);
  const inTransaction = resolve(container, IN_TRANSACTION);
  const clock = resolve(container, CLOCK);

  const createCoupon = createCreateCoupon({ inTransaction });
  return {
    consumers: [keepCouponsForOrders],
    routes: couponRoutes({
      claimCoupon: createClaimCoupon({ database, inTransaction, clock }),
      listCoupons: createListCoupons({ database, clock }),
    }),
    adminRoutes: couponAdminRoutes({ createCoupon, showCoupon: createShowCoupon({ database }) }),
    createCoupon,
    republishCoupons: createRepublishCoupons({ database, inTransaction }),
  };
}
