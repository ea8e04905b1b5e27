import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockHolds, lockMemberCoupons } from '../../../src/modules/coupon/coupon-holds.store.ts';
import {
  keepCouponsForOrders,
  spendCouponsOnPaidOrders,
} from '../../../src/modules/coupon/keep-coupons-for-orders.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { createCoupon, createShoppers } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { locksInOrder } from '../../support/lock-order.ts';
import {
  answersOf,
  cancelled,
  causal,
  expired,
  failed,
  handle,
  linesCancelled,
  paid,
  placed,
  STORIES,
  tellDay,
  tellOrder,
  waysToTell,
  type TestEvent,
} from '../../support/order-events.ts';
import { inBatches, randomFrom, shuffled } from '../../support/shuffle.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { claimAndAwait } from './coupon-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const AMOUNT = 3_000;
const MINIMUM = 10_000;

type Owned = { memberId: Id; memberCouponId: Id };

const receive = (...events: TestEvent[]) =>
  handle(shop, [keepCouponsForOrders, spendCouponsOnPaidOrders], events);

const TERMS: Parameters<typeof createCoupon>[1] = { amount: AMOUNT, minOrderAmount: MINIMUM };

/** One coupon in the hands of each of so many members. */
async function createOwned(
  howMany: number,
  terms = TERMS,
): Promise<{ couponId: Id; owned: Owned[] }> {
  const couponId = await createCoupon(shop, terms);
  const members = await createShoppers(shop, howMany, 0);
  const owned = await Promise.all(
    members.map(async ({ id, token }) => {
      const { body } = await claimAndAwait(shop, couponId, token);
      return { memberId: id, memberCouponId: body.memberCouponId };
    }),
  );
  return { couponId, owned };
}
async function createOne(terms = TERMS): Promise<{ couponId: Id; mine: Owned }> {
  const { couponId, owned } = await createOwned(1, terms);
  const [mine] = owned;
  if (!mine) throw new Error('no coupon was claimed');
  return { couponId, mine };
}

const itemsOf = (lineAmount: number) => [{ productId: newId(), typeId: newId(), lineAmount }];
const orderWith = ({ memberId, memberCouponId }: Owned, coupon = {}) =>
  tellOrder({
    memberId,
    coupon: {
      memberCouponId,
      discountAmount: AMOUNT,
      freesShipping: false,
      items: itemsOf(MINIMUM),
      ...coupon,
    },
  });

const couponStateOf = async ({ memberCouponId }: Owned) => {
  const [row] = await shop.database.select<{ state: string }>(
    'SELECT state FROM coupon_member_coupons WHERE id = ?',
    [idToBytes(memberCouponId)],
  );
  return row?.state;
};
const holdOf = async ({ orderId }: { orderId: Id }) => {
  const [row] = await shop.database.select<{ state: string }>(
    'SELECT state FROM coupon_holds WHERE order_id = ?',
    [idToBytes(orderId)],
  );
  return row?.state;
};
const countersOf = async (couponId: Id) => {
  const [row] = await shop.database.select(
    'SELECT issued, held, used FROM coupon_counters WHERE coupon_id = ?',
    [idToBytes(couponId)],
  );
  return row;
};
const answerTo = async ({ orderId }: { orderId: Id }) =>
  (await answersOf(shop, orderId)).map((answer) => answer.name);

describe("a member's coupon", () => {
  it('is held, then used, then the member’s again', async () => {
    const { couponId, mine } = await createOne();
    const order = orderWith(mine);
    await receive(placed(order));
    expect(await couponStateOf(mine)).toBe('held');
    expect(await countersOf(couponId)).toEqual({ issued: 1, held: 1, used: 0 });
    await receive(paid(order));
    expect(await couponStateOf(mine)).toBe('used');
    expect(await countersOf(couponId)).toEqual({ issued: 1, held: 0, used: 1 });
    await receive(cancelled(order, new Date()));
    expect(await couponStateOf(mine)).toBe('issued');
    expect(await countersOf(couponId)).toEqual({ issued: 1, held: 0, used: 0 });
    expect(await answerTo(order)).toEqual(['coupon.held']);
  });

  it('serves one order at a time: the first that comes, within a batch as well', async () => {
    const { couponId, mine } = await createOne();
    const [first, second, third] = [orderWith(mine), orderWith(mine), orderWith(mine)];
    await receive(placed(first), placed(second));
    await receive(placed(third), failed(second));
    expect(await Promise.all([first, second, third].map(holdOf))).toEqual([
      'held',
      'refused',
      'refused',
    ]);
    expect(await couponStateOf(mine)).toBe('held');
    await receive(failed(third), failed(first));
    expect(await couponStateOf(mine)).toBe('issued');
    expect(await countersOf(couponId)).toEqual({ issued: 1, held: 0, used: 0 });
  });

  it('that was given back can be used again, within the same batch', async () => {
    const { mine } = await createOne();
    const [first, second] = [orderWith(mine), orderWith(mine)];
    await receive(placed(first), failed(first), placed(second), paid(second));
    expect(await Promise.all([first, second].map(holdOf))).toEqual(['released', 'committed']);
    expect(await couponStateOf(mine)).toBe('used');
  });

  it('is the member’s again when the order expires, also when the placement comes late', async () => {
    const { couponId, mine } = await createOne();
    const [due, late] = [orderWith(mine), orderWith(mine)];
    await receive(placed(due));
    expect(await couponStateOf(mine)).toBe('held');
    await receive(expired(due), expired(late));
    await receive(placed(late));
    expect(await Promise.all([due, late].map(holdOf))).toEqual(['released', 'released']);
    expect(await answerTo(late)).toEqual([]);
    expect(await couponStateOf(mine)).toBe('issued');
    expect(await countersOf(couponId)).toEqual({ issued: 1, held: 0, used: 0 });
  });

  it('stays used when lines of its order are cancelled, and is given back with the whole', async () => {
    const { couponId, mine } = await createOne();
    const order = orderWith(mine);
    await receive(placed(order), paid(order), linesCancelled(order, { walletAmount: 1_000 }));
    await receive(linesCancelled(order, { walletAmount: 2_000 }));
    expect(await couponStateOf(mine)).toBe('used');
    expect(await countersOf(couponId)).toEqual({ issued: 1, held: 0, used: 1 });
    await receive(cancelled(order, new Date()));
    expect(await couponStateOf(mine)).toBe('issued');
  });

  it('has nothing to do with an order that uses none', async () => {
    const order = tellOrder();
    await receive(placed(order), paid(order), cancelled(order, new Date()));
    expect(await holdOf(order)).toBeUndefined();
  });
});

describe('a coupon is refused', () => {
  it.each([
    ['to another member', (mine: Owned) => orderWith({ ...mine, memberId: newId() })],
    [
      'for a discount that it does not give',
      (mine: Owned) => orderWith(mine, { discountAmount: 3_001 }),
    ],
    ['for a smaller discount, too', (mine: Owned) => orderWith(mine, { discountAmount: 2_999 })],
    ['below its minimum', (mine: Owned) => orderWith(mine, { items: itemsOf(MINIMUM - 1) })],
    ['for no discount', (mine: Owned) => orderWith(mine, { discountAmount: 0, items: itemsOf(1) })],
    ['for free shipping as well', (mine: Owned) => orderWith(mine, { freesShipping: true })],
    ['when nobody has it', (mine: Owned) => orderWith({ ...mine, memberCouponId: newId() })],
  ])('%s', async (_what, orderFor) => {
    const { couponId, mine } = await createOne();
    const order = orderFor(mine);
    await receive(placed(order));
    await receive(failed(order));
    expect(await holdOf(order)).toBe('refused');
    expect(await answerTo(order)).toEqual(['coupon.refused']);
    expect(await couponStateOf(mine)).toBe('issued');
    expect(await countersOf(couponId)).toEqual({ issued: 1, held: 0, used: 0 });
  });

  it('from the millisecond on in which it expires, by the moment of the placement', async () => {
    const { mine } = await createOne();
    const expiresAt = new Date('2026-11-20T00:00:00.000Z');
    await shop.database.write(
      "UPDATE coupon_member_coupons SET expires_at = '2026-11-20 00:00:00.000' WHERE id = ?",
      [idToBytes(mine.memberCouponId)],
    );
    const late = { ...orderWith(mine), placedAt: expiresAt };
    const inTime = { ...orderWith(mine), placedAt: new Date(expiresAt.getTime() - 1) };
    await receive(placed(late), placed(inTime));
    expect(await Promise.all([late, inTime].map(holdOf))).toEqual(['refused', 'held']);
  });
});

describe('a coupon of another kind', () => {
  const [candle, soap] = [newId(), newId()];
  const items = [
    { productId: newId(), typeId: candle, lineAmount: 20_000 },
    { productId: newId(), typeId: soap, lineAmount: 9_999 },
  ];

  it.each([
    ['a part of the items', { kind: 'percentage', percent: 10 }, { discountAmount: 2_999 }],
    [
      'a part of what it covers',
      { kind: 'percentage', percent: 10, scope: { kind: 'types', ids: [soap] } },
      { discountAmount: 999 },
    ],
    [
      'a part up to its cap',
      { kind: 'percentage', percent: 10, maxDiscountAmount: 1_500 },
      { discountAmount: 1_500 },
    ],
    ['free shipping', { kind: 'free_shipping' }, { discountAmount: 0, freesShipping: true }],
  ] as const)('is held for %s, and for nothing else', async (_what, terms, benefit) => {
    const given = JSON.parse(JSON.stringify(terms));
    const { mine } = await createOne(given);
    const wrong = orderWith(mine, {
      ...benefit,
      discountAmount: benefit.discountAmount + 1,
      items,
    });
    const right = orderWith(mine, { ...benefit, items });
    await receive(placed(wrong), placed(right));
    expect(await Promise.all([wrong, right].map(holdOf))).toEqual(['refused', 'held']);
  });
});

describe('events that overtake one another', () => {
  it.each(STORIES)('$story: ends $end in every order', async ({ tell, end }) => {
    for (const inThisWay of waysToTell(tell)) {
      const { couponId, mine } = await createOne();
      const order = orderWith(mine);
      const batches = inThisWay(order);
      for (const batch of batches) {
        await receive(...batch);
      }
      const [hold, coupon, counters] = await Promise.all([
        holdOf(order),
        couponStateOf(mine),
        countersOf(couponId),
      ]);
      const arrived = JSON.stringify(batches.map((batch) => batch.map((event) => event.name)));
      const used = end === 'committed';
      expect({ arrived, hold, coupon, counters }).toEqual({
        arrived,
        hold: end,
        coupon: used ? 'used' : 'issued',
        counters: { issued: 1, held: 0, used: used ? 1 : 0 },
      });
    }
    await auditLedger(shop);
  });

  it('leave a tombstone when a failure comes first: the coupon stays free for others', async () => {
    const { mine } = await createOne();
    const [dead, next] = [orderWith(mine), orderWith(mine)];
    await receive(failed(dead));
    await receive(placed(dead), placed(next));
    expect(await Promise.all([dead, next].map(holdOf))).toEqual(['released', 'held']);
    expect(await answerTo(dead)).toEqual([]);
  });

  it.each([1, 2])('end alike however a day is shuffled and cut (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const { couponId, owned } = await createOwned(40);
    const day = tellDay(40, (index) =>
      orderWith(owned[index] ?? { memberId: '', memberCouponId: '' }),
    );
    const events = shuffled(
      day.flatMap((told) => told.events),
      random,
    );
    for (const batch of inBatches(causal(events), 12, random)) {
      await receive(...batch);
    }
    const holds = await Promise.all(day.map(({ order }) => holdOf(order)));
    expect(holds).toEqual(day.map(({ end }) => end));
    const used = day.filter(({ end }) => end === 'committed').length;
    expect(await countersOf(couponId)).toEqual({ issued: 40, held: 0, used });
    await auditLedger(shop);
  });
});

describe('two handlers at once', () => {
  it('give one coupon to one of two orders', async () => {
    const { couponId, owned } = await createOwned(15);
    const pairs = owned.map((mine) => [orderWith(mine), orderWith(mine)] as const);
    await Promise.all([
      receive(...pairs.map(([first]) => placed(first))),
      receive(...pairs.toReversed().map(([, second]) => placed(second))),
    ]);
    const states = await Promise.all(
      pairs.map(async (orders) => new Set(await Promise.all(orders.map(holdOf)))),
    );
    expect(states).toEqual(pairs.map(() => new Set(['held', 'refused'])));
    expect(await countersOf(couponId)).toEqual({ issued: 15, held: 15, used: 0 });
    await auditLedger(shop);
  });

  it('that hold and release the same orders leave nothing held, and nobody sees a deadlock', async () => {
    const { couponId, owned } = await createOwned(8);
    const rounds = Array.from({ length: 12 }, () => owned.map((mine) => orderWith(mine)));
    for (const orders of rounds) {
      // Round by round: within one, the two race.
      await Promise.all([
        receive(...orders.map(placed)),
        receive(...orders.toReversed().map((order) => cancelled(order, null))),
      ]);
    }
    const states = await Promise.all(rounds.flat().map(holdOf));
    expect(new Set(states)).toEqual(new Set(['released']));
    expect(await countersOf(couponId)).toEqual({ issued: 8, held: 0, used: 0 });
    await auditLedger(shop);
  });
});

describe('transactions that want the same rows', () => {
  it('lock them in one order, and so do not meet in a deadlock', async () => {
    const { owned } = await createOwned(2);
    const orders = owned.map((each) => orderWith(each));
    await receive(...orders.map(placed));
    const idsOf = ([one, two]: readonly Id[]) => [one, two] as [Id, Id];
    const orderIds = idsOf(orders.map(({ orderId }) => orderId));
    const holds = { table: 'coupon_holds', key: 'order_id', ids: orderIds };
    expect(await locksInOrder(shop, holds, lockHolds)).toBe(true);
    const couponIds = idsOf(owned.map(({ memberCouponId }) => memberCouponId));
    const coupons = { table: 'coupon_member_coupons', key: 'id', ids: couponIds };
    expect(await locksInOrder(shop, coupons, lockMemberCoupons)).toBe(true);
  });
});
