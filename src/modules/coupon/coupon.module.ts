import { resolve, type Container } from '../../platform/container/container.ts';
import type { ShopModule } from '../../platform/container/shop-module.ts';
import {
  CLOCK,
  CONFIG,
  DATABASE,
  IN_TRANSACTION,
  LOG,
  PRECEDENCE,
  REDIS,
} from '../../platform/container/tokens.ts';
import { createFirstComeGate } from '../../platform/first-come/first-come-gate.ts';
import { createClaimCoupon } from './claiming/claim-coupon.ts';
import { createClaimLimits } from './claiming/claim-limits.ts';
import { claimRoutes } from './claiming/claims.routes.ts';
import { createCouponCampaigns } from './claiming/coupon-campaigns.ts';
import { createFindCouponFacts } from './claiming/coupon-facts.ts';
import { createListMyCoupons } from './claiming/list-my-coupons.ts';
import { createShowClaim } from './claiming/show-claim.ts';
import { createStoreClaims } from './claiming/store-claims.ts';
import { createExpireCoupons } from './expiring/expire-coupons.ts';
import { createRemindOfExpiry } from './expiring/remind-of-expiry.ts';
import { copyMembers } from './issuing/copy-members.ts';
import { createIssueToMembers } from './issuing/issue-to-members.ts';
import { issueAdminRoutes } from './issuing/issues.routes.ts';
import { createShowIssue } from './issuing/show-issue.ts';
import { createWorkOffIssues } from './issuing/work-off-issues.ts';
import { keepCouponsForOrders, spendCouponsOnPaidOrders } from './keep-coupons-for-orders.ts';
import { createChangeCoupon } from './offering/change-coupon.ts';
import { couponAdminRoutes, couponRoutes } from './offering/coupons.routes.ts';
import { createCreateCoupon, type CreateCoupon } from './offering/create-coupon.ts';
import { createListCoupons } from './offering/list-coupons.ts';
import { createRepublishCoupons } from './offering/republish-coupons.ts';
import { createShowCoupon } from './offering/show-coupon.ts';
import { createSwitchCoupon } from './offering/switch-coupon.ts';

const ISSUES_EVERY_MS = 500;
const EXPIRIES_EVERY_MS = 5000;
const REMINDERS_EVERY_MS = 3_600_000;

export type CouponModule = ShopModule & {
  /** For scripts. */
  createCoupon: CreateCoupon;
  republishCoupons: () => Promise<void>;
};

export function wireCoupon(container: Container): CouponModule {
  const config = resolve(container, CONFIG);
  const log = resolve(container, LOG);
  const database = resolve(container, DATABASE);
  const inTransaction = resolve(container, IN_TRANSACTION);
  const clock = resolve(container, CLOCK);
  const inTime = { database, inTransaction, clock };

  const storeClaims = createStoreClaims({ clock });
  const gate = createFirstComeGate({
    redis: resolve(container, REDIS),
    prefix: config.redis.prefix,
    name: 'coupon',
    store: createCouponCampaigns({ ...inTime, storeClaims }),
    precedence: resolve(container, PRECEDENCE),
    log,
  });
  const { refresh } = gate;

  const findFacts = createFindCouponFacts({ database });
  const createCoupon = createCreateCoupon({ inTransaction, clock });
  const listCoupons = createListCoupons({ database, clock });
  const routes = [
    couponRoutes({ listCoupons }),
    claimRoutes({
      claimCoupon: createClaimCoupon({ gate, findFacts }),
      showClaim: createShowClaim({ gate, findFacts }),
      listMyCoupons: createListMyCoupons({ database, clock }),
      limits: createClaimLimits({ isOn: config.http.rateLimit }),
    }),
  ];
  const adminRoutes = [
    couponAdminRoutes({
      createCoupon,
      changeCoupon: createChangeCoupon({ inTransaction, refresh }),
      switchCoupon: createSwitchCoupon({ inTransaction, refresh }),
      showCoupon: createShowCoupon({ database }),
      listCoupons,
    }),
    issueAdminRoutes({
      issueToMembers: createIssueToMembers({ ...inTime, findFacts }),
      showIssue: createShowIssue({ database }),
    }),
  ];

  return {
    consumers: [keepCouponsForOrders, spendCouponsOnPaidOrders, copyMembers],
    routes: (scope) => routes.forEach((add) => add(scope)),
    adminRoutes: (scope) => adminRoutes.forEach((add) => add(scope)),
    gates: { coupon: gate },
    sweeps: [
      {
        name: 'issuing coupons',
        everyMs: ISSUES_EVERY_MS,
        run: createWorkOffIssues({ ...inTime, storeClaims, refresh }),
      },
      { name: 'expiring coupons', everyMs: EXPIRIES_EVERY_MS, run: createExpireCoupons(inTime) },
    ],
    chores: [
      {
        name: 'remind-of-coupons',
        everyMs: REMINDERS_EVERY_MS,
        run: createRemindOfExpiry(inTime),
      },
    ],
    createCoupon,
    republishCoupons: createRepublishCoupons({ database, inTransaction }),
  };
}
