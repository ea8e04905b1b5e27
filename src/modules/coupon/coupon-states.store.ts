import { bulkParameter, bulkRows, hex } from '../../platform/database/bulk.ts';
import { hotStatement } from '../../platform/database/hot-statements.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { compareIds, type Id } from '../../platform/ids/id.ts';
import type { CounterMove, MemberCouponState } from './coupon.rules.ts';

const UPDATE_MEMBER_COUPONS = hotStatement(`
  UPDATE ${bulkRows('changed', { id: 'id', state: 'varchar' })}
  STRAIGHT_JOIN coupon_member_coupons AS m FORCE INDEX (PRIMARY) ON m.id = UNHEX(changed.id)
  SET m.state = changed.state`);

/** Writes the states of members' coupons that this transaction has locked. */
export async function updateMemberCoupons(
  tx: Transaction,
  changed: readonly { id: Id; state: MemberCouponState }[],
): Promise<void> {
  await tx.write(UPDATE_MEMBER_COUPONS, [
    bulkParameter(changed.map((row) => [hex(row.id), row.state])),
  ]);
}

const MOVE_COUNTERS = hotStatement(`
  UPDATE ${bulkRows('move', {
    coupon_id: 'id',
    held: 'bigint',
    used: 'bigint',
    expired: 'bigint',
  })}
   STRAIGHT_JOIN coupon_counters AS c FORCE INDEX (PRIMARY) ON c.coupon_id = UNHEX(move.coupon_id)
   SET c.held = c.held + move.held, c.used = c.used + move.used,
       c.expired = c.expired + move.expired`);

/** Moves counters by differences; the last rows that a transaction locks, in the order of ids. */
export async function moveCounters(
  tx: Transaction,
  moves: ReadonlyMap<Id, CounterMove>,
): Promise<void> {
  const sorted = [...moves].toSorted(([a], [b]) => compareIds(a, b));
  await tx.write(MOVE_COUNTERS, [
    bulkParameter(sorted.map(([id, { held, used, expired }]) => [hex(id), held, used, expired])),
  ]);
}
