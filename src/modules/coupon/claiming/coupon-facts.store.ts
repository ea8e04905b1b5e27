import type { Database } from '../../../platform/database/database.ts';
import { idFromBytes, idToBytes, type Id } from '../../../platform/ids/id.ts';

/** What never changes of a coupon and matters to claims. */
export type CouponFacts = {
  couponId: Id;
  /** What a member must know to claim it; null when anyone may. */
  code: string | null;
  /** Until when members can use it; null when that depends on the issue. */
  validUntil: Date | null;
};

type FactsRow = Omit<CouponFacts, 'couponId'> & { id: Buffer };

const FACTS = 'SELECT id, code, valid_until AS validUntil FROM coupon_coupons';

export async function readFactsById(database: Database, id: Id): Promise<CouponFacts | undefined> {
  const [row] = await database.select<FactsRow>(`${FACTS} WHERE id = ?`, [idToBytes(id)]);
  return row && factsOf(row);
}

export async function readFactsByCode(
  database: Database,
  code: string,
): Promise<CouponFacts | undefined> {
  const [row] = await database.select<FactsRow>(`${FACTS} WHERE code = ?`, [code]);
  return row && factsOf(row);
}

function factsOf({ id, ...facts }: FactsRow): CouponFacts {
  return { couponId: idFromBytes(id), ...facts };
}
