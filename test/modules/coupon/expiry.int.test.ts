import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExpireCoupons } from '../../../src/modules/coupon/expiring/expire-coupons.ts';
import { createRemindOfExpiry } from '../../../src/modules/coupon/expiring/remind-of-expiry.ts';
import {
  keepCouponsForOrders,
  spendCouponsOnPaidOrders,
} from '../../../src/modules/coupon/keep-coupons-for-orders.ts';
import { sqlMoment } from '../../../src/platform/database/bulk.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { createCoupon, createShoppers } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import {
  failed,
  handle,
  paid,
  placed,
  tellOrder,
  type TestEvent,
} from '../../support/order-events.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { claim, countersOf, couponsOf, UNUSED } from './coupon-shop.ts';
import { UNSTOPPED } from '../../support/unstopped.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** By this host's clock; the shop's own is corrected to the database's, and a little off it. */
const SECOND_MS = 1000;
const AMOUNT = 1_000;

let shop: TestShop;
let expire: () => Promise<void>;
let remind: () => Promise<void>;
beforeAll(async () => {
  shop = await startShop();
  const { database } = shop;
  const { inTransaction } = shop.app.backbone;
  const clock = { now: () => new Date(), nowMs: () => Date.now() };
  expire = createExpireCoupons({ database, inTransaction, clock });
  const run = createRemindOfExpiry({ database, inTransaction, clock });
  remind = () => run(UNSTOPPED);
});
afterAll(() => shop.stop());

type Owned = { memberId: Id; memberCouponId: Id; token: string };

/** One coupon in the hands of each of so many members. */
async function createOwned(howMany: number): Promise<{ couponId: Id; owned: Owned[] }> {
  const couponId = await createCoupon(shop, { amount: AMOUNT });
  const members = await createShoppers(shop, howMany, 0);
  const owned = await Promise.all(
    members.map(async ({ id, token }) => {
      const { body } = await claim(shop, couponId, token);
      return { memberId: id, memberCouponId: body.memberCouponId, token };
    }),
  );
  return { couponId, owned };
}
async function createOne() {
  const { couponId, owned } = await createOwned(1);
  const [mine] = owned;
  if (!mine) throw new Error('no coupon was claimed');
  return { couponId, mine };
}

/** Moves when a coupon was issued and expires; milliseconds from now. */
const setTimes = (
  couponId: Id,
  { issuedMs = 0, expiresMs }: { issuedMs?: number; expiresMs: number },
) =>
  shop.database.write(
    'UPDATE coupon_member_coupons SET issued_at = ?, expires_at = ? WHERE coupon_id = ?',
    [
      sqlMoment(new Date(Date.now() + issuedMs)),
      sqlMoment(new Date(Date.now() + expiresMs)),
      idToBytes(couponId),
    ],
  );

const orderWith = ({ memberId, memberCouponId }: Owned, placedAt = new Date()) =>
  tellOrder({
    memberId,
    placedAt,
    coupon: {
      memberCouponId,
      discountAmount: AMOUNT,
      freesShipping: false,
      items: [{ productId: newId(), typeId: null, lineAmount: 10_000 }],
    },
  });
const receive = (...events: TestEvent[]) =>
  handle(shop, [keepCouponsForOrders, spendCouponsOnPaidOrders], events);
const stateOf = async ({ token }: Owned) => (await couponsOf(shop, token))[0].state;
const bookedStateOf = async ({ memberCouponId }: Owned) => {
  const [row] = await shop.database.select<{ state: string }>(
    'SELECT state FROM coupon_member_coupons WHERE id = ?',
    [idToBytes(memberCouponId)],
  );
  return row?.state;
};

describe('a coupon that expires', () => {
  it('is shown so at once, and counted so when it is booked', async () => {
    const { couponId, mine } = await createOne();
    await setTimes(couponId, { expiresMs: MINUTE_MS });
    await expire();
    expect(await stateOf(mine)).toBe('issued');
    await setTimes(couponId, { expiresMs: -SECOND_MS });
    expect(await stateOf(mine)).toBe('expired');
    await expire();
    expect(await bookedStateOf(mine)).toBe('expired');
    expect(await countersOf(shop, couponId)).toEqual({
      issuedCount: 1,
      ...UNUSED,
      expiredCount: 1,
    });
    await auditLedger(shop);
  });

  it('while an order has it stays held, and expires when it is given back', async () => {
    const { couponId, mine } = await createOne();
    const order = orderWith(mine);
    await receive(placed(order));
    await setTimes(couponId, { expiresMs: -SECOND_MS });
    await expire();
    expect(await stateOf(mine)).toBe('held');
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 1, ...UNUSED, heldCount: 1 });
    await receive(failed(order));
    expect(await stateOf(mine)).toBe('expired');
    await expire();
    expect(await countersOf(shop, couponId)).toEqual({
      issuedCount: 1,
      ...UNUSED,
      expiredCount: 1,
    });
    await auditLedger(shop);
  });

  it('still serves an order that was placed in time and is handled after the booking', async () => {
    const { couponId, mine } = await createOne();
    const inTime = orderWith(mine, new Date(Date.now() - MINUTE_MS));
    const late = orderWith(mine);
    await setTimes(couponId, { expiresMs: -MINUTE_MS / 2 });
    await expire();
    await receive(placed(late));
    expect(await bookedStateOf(mine)).toBe('expired');
    await receive(placed(inTime), paid(inTime));
    expect(await bookedStateOf(mine)).toBe('used');
    expect(await countersOf(shop, couponId)).toEqual({ issuedCount: 1, ...UNUSED, usedCount: 1 });
    await auditLedger(shop);
  });

  it('is counted once when several instances book, beside orders', async () => {
    const { couponId, owned } = await createOwned(40);
    await setTimes(couponId, { expiresMs: -MINUTE_MS / 2 });
    const orders = owned
      .slice(0, 20)
      .map((mine) => orderWith(mine, new Date(Date.now() - MINUTE_MS)));
    await Promise.all([
      expire(),
      expire(),
      receive(...orders.map((order) => placed(order))),
      expire(),
    ]);
    await expire();
    expect(await countersOf(shop, couponId)).toEqual({
      issuedCount: 40,
      ...UNUSED,
      heldCount: 20,
      expiredCount: 20,
    });
    await receive(...orders.map((order) => failed(order)));
    await expire();
    expect(await countersOf(shop, couponId)).toMatchObject({ heldCount: 0, expiredCount: 40 });
    await auditLedger(shop);
  });
});

describe('the reminder', () => {
  type Reminder = { couponId: Id; memberIds: Id[]; expiresAt: string };
  const remindersOf = async (couponId: Id): Promise<Reminder[]> => {
    const rows = await shop.database.select<{ events: string }>(
      'SELECT events FROM platform_outbox WHERE events LIKE ?',
      [`%"coupon.expiring"%${couponId}%`],
    );
    return rows
      .flatMap((row) => JSON.parse(row.events))
      .map((event) => event.payload)
      .filter((payload) => payload.couponId === couponId);
  };

  it('goes to all whose coupon expires within three days, once, in one event', async () => {
    const { couponId, owned } = await createOwned(3);
    await setTimes(couponId, { issuedMs: -2 * DAY_MS, expiresMs: 3 * DAY_MS + MINUTE_MS });
    await remind();
    expect(await remindersOf(couponId)).toEqual([]);
    await setTimes(couponId, { issuedMs: -2 * DAY_MS, expiresMs: 3 * DAY_MS - MINUTE_MS });
    await Promise.all([remind(), remind(), remind()]);
    await remind();
    const [only, ...others] = await remindersOf(couponId);
    expect(others).toEqual([]);
    expect(new Set(only?.memberIds)).toEqual(new Set(owned.map(({ memberId }) => memberId)));
    const leftMs = Date.parse(only?.expiresAt ?? '') - Date.now();
    expect(leftMs).toBeGreaterThan(2.9 * DAY_MS);
    expect(leftMs).toBeLessThan(3 * DAY_MS);
  });

  it('does not go to those who got it today, nor for what nobody can use any more', async () => {
    const fresh = await createOne();
    await setTimes(fresh.couponId, { expiresMs: DAY_MS });
    const gone = await createOne();
    await setTimes(gone.couponId, { issuedMs: -9 * DAY_MS, expiresMs: -1 });
    const used = await createOne();
    await setTimes(used.couponId, { issuedMs: -9 * DAY_MS, expiresMs: DAY_MS });
    const order = orderWith(used.mine);
    await receive(placed(order), paid(order));
    await remind();
    for (const { couponId } of [fresh, gone, used]) {
      expect(await remindersOf(couponId)).toEqual([]);
    }
  });
});
