import { and, desc, eq, gt, lt } from 'drizzle-orm';
import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { coupons, memberCoupons } from '../coupon.tables.ts';

export type MemberCouponRow = typeof memberCoupons.$inferSelect;

/** A member's coupons with what they are worth, newest first; `beforeId` continues after that one. */
export async function listMemberCoupons(
  database: Database,
  page: { memberId: Id; limit: number; beforeId: Id | undefined },
): Promise<{ memberCoupon: MemberCouponRow; coupon: typeof coupons.$inferSelect }[]> {
  return database.orm
    .select({ memberCoupon: memberCoupons, coupon: coupons })
    .from(memberCoupons)
    .innerJoin(coupons, eq(coupons.id, memberCoupons.couponId))
    .where(
      and(
        eq(memberCoupons.memberId, page.memberId),
        page.beforeId === undefined ? undefined : lt(memberCoupons.id, page.beforeId),
      ),
    )
    .orderBy(desc(memberCoupons.id))
    .limit(page.limit);
}

/** Every coupon in members' hands, in the order of ids, for republishing. */
export async function readMemberCouponsAfter(
  database: Database,
  afterId: Id | undefined,
  limit: number,
): Promise<MemberCouponRow[]> {
  return database.orm
    .select()
    .from(memberCoupons)
    .where(afterId === undefined ? undefined : gt(memberCoupons.id, afterId))
    .orderBy(memberCoupons.id)
    .limit(limit);
}
