import { defineConsumer } from '../../../platform/events/consumer.ts';
import type { EventOf } from '../../../platform/events/define-event.ts';
import { couponChanged, couponsIssued } from '../../coupon/coupon.events.ts';
import { insertMemberCouponCopies, upsertCouponCopies } from './copies.store.ts';

/** Keeps order's own copy of coupons' terms and of who has which, to price orders with them. */
export const copyCoupons = defineConsumer({
  name: 'order.copy-coupons',
  lane: 'order-copies',
  on: [couponChanged, couponsIssued],
  ordering: 'latest-wins',
  handle: async (tx, events) => {
    const changed = events.filter(isChange);
    if (changed.length > 0) {
      await upsertCouponCopies(
        tx,
        changed.map(({ payload, aggregateVersion }) => ({ ...payload, version: aggregateVersion })),
      );
    }
    const issued = events.filter(isIssue);
    if (issued.length > 0) {
      await insertMemberCouponCopies(
        tx,
        issued.flatMap(({ payload: { couponId, issues } }) =>
          issues.map(({ memberCouponId, memberId, expiresAt }) => ({
            memberCouponId,
            couponId,
            memberId,
            expiresAt,
          })),
        ),
      );
    }
  },
});

type Event = EventOf<typeof couponChanged | typeof couponsIssued>;

const isChange = (event: Event) => event.name === 'coupon.coupon-changed';
const isIssue = (event: Event) => event.name === 'coupon.issued';
