import { products, skus, stock } from '../../../src/modules/catalog/catalog.tables.ts';
import {
  couponCounters,
  coupons,
  memberCoupons,
} from '../../../src/modules/coupon/coupon.tables.ts';
import { orderFailed, orderPlaced } from '../../../src/modules/order/order.events.ts';
import { wallets } from '../../../src/modules/user/user.tables.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import type { RecordedEvent } from '../../../src/platform/events/define-event.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { present } from './fault.ts';

const SKUS = 5;
const MEMBERS = 10;
const STOCK = 100_000;
const FUNDS = 1_000_000_000;
const PRICE = 10_000;
const DISCOUNT = 1000;
const DAY_MS = 86_400_000;

/** An order of one SKU, paid by wallet with a coupon; `failed` is there when it is released again. */
export type ToldOrder = { placed: RecordedEvent; failed: RecordedEvent | undefined };

/** A shop of few SKUs and members, and orders that fight for them. Two of three fail. */
export async function openShop(database: Database, howMany: number): Promise<ToldOrder[]> {
  const skuIds = await insertSkus(database);
  const memberIds = await insertWallets(database);
  const memberCouponIds = await insertCoupons(database, memberIds, howMany);
  return memberCouponIds.map((memberCouponId, index) =>
    tellOrder(
      {
        memberId: present(memberIds[index % MEMBERS]),
        skuId: present(skuIds[index % SKUS]),
        memberCouponId,
      },
      index % 3 > 0,
    ),
  );
}

function tellOrder(
  { memberId, skuId, memberCouponId }: { memberId: Id; skuId: Id; memberCouponId: Id },
  fails: boolean,
): ToldOrder {
  const orderId = newId();
  const line = { skuId, productId: newId(), quantity: 1, unitPrice: PRICE, lineAmount: PRICE };
  const placed = orderPlaced.of(orderId, 1, {
    orderId,
    memberId,
    placedAt: new Date().toISOString(),
    lines: [line],
    funds: { walletAmount: PRICE - DISCOUNT, pointsAmount: 0 },
    coupon: {
      memberCouponId,
      discountAmount: DISCOUNT,
      freesShipping: false,
      items: [{ productId: line.productId, typeId: null, lineAmount: PRICE }],
    },
    flashSaleId: null,
  });
  const failed = orderFailed.of(orderId, 2, {
    orderId,
    failureCode: 'out_of_stock',
    memberCouponId,
  });
  return { placed, failed: fails ? failed : undefined };
}

async function insertSkus({ orm }: Database): Promise<Id[]> {
  const ids = Array.from({ length: SKUS }, newId);
  const productId = newId();
  await orm.insert(products).values({
    id: productId,
    typeId: newId(),
    name: 'a product',
    description: '',
    listPrice: PRICE,
    salePrice: PRICE,
    images: '[]',
  });
  await orm.insert(skus).values(ids.map((id) => ({ id, productId, options: id })));
  await orm.insert(stock).values(ids.map((skuId) => ({ skuId, open: STOCK })));
  return ids;
}

async function insertWallets({ orm }: Database): Promise<Id[]> {
  const ids = Array.from({ length: MEMBERS }, newId);
  await orm
    .insert(wallets)
    .values(ids.map((memberId) => ({ memberId, paidAmount: FUNDS, freeAmount: 0 })));
  return ids;
}

/** A member's coupon for each order: as many coupons as it takes, as a member has one of each. */
async function insertCoupons(
  { orm }: Database,
  memberIds: readonly Id[],
  howMany: number,
): Promise<Id[]> {
  const couponIds = Array.from({ length: Math.ceil(howMany / MEMBERS) }, newId);
  const now = Date.now();
  const [opensAt, closesAt] = [new Date(now - DAY_MS), new Date(now + DAY_MS)];
  await orm.insert(coupons).values(
    couponIds.map((id) => ({
      id,
      name: 'a coupon',
      kind: 'fixed_amount' as const,
      discountAmount: DISCOUNT,
      minOrderAmount: 0,
      opensAt,
      closesAt,
      validDays: 1,
    })),
  );
  await orm
    .insert(couponCounters)
    .values(couponIds.map((couponId) => ({ couponId, quantity: MEMBERS, issued: MEMBERS })));
  const rows = Array.from({ length: howMany }, (_, index) => ({
    id: newId(),
    couponId: present(couponIds[Math.floor(index / MEMBERS)]),
    memberId: present(memberIds[index % MEMBERS]),
    rank: (index % MEMBERS) + 1,
    state: 'issued' as const,
    expiresAt: closesAt,
  }));
  await orm.insert(memberCoupons).values(rows);
  return rows.map(({ id }) => id);
}

/** What of the shop is held, and what is wrong: each must be what the orders say, or 0. */
export async function auditShop(database: Database): Promise<Record<string, number>> {
  const [row] = await database.select<Record<string, number>>(
    `SELECT
       (SELECT SUM(held_quantity) FROM catalog_stock) AS unitsHeld,
       (SELECT COUNT(*) FROM catalog_stock_holds WHERE state = 'held') AS stockHolds,
       (SELECT COUNT(*) FROM catalog_stock
        WHERE open_quantity + held_quantity <> ? OR sold_quantity <> 0) AS wrongStock,
       (SELECT COUNT(*) FROM user_funds_holds WHERE state = 'held') AS fundsHolds,
       (SELECT COUNT(*) FROM user_wallets AS w
        WHERE w.paid_amount + w.free_amount + (
          SELECT COALESCE(SUM(h.paid_amount + h.free_amount), 0) FROM user_funds_holds AS h
          WHERE h.member_id = w.member_id AND h.state = 'held') <> ?) AS wrongWallets,
       (SELECT COUNT(*) FROM coupon_holds WHERE state = 'held') AS couponHolds,
       (SELECT COUNT(*) FROM coupon_member_coupons WHERE state = 'held') AS couponsHeld,
       (SELECT SUM(held) FROM coupon_counters) AS couponsCounted,
       (SELECT COUNT(*) FROM coupon_member_coupons WHERE state NOT IN ('held', 'issued'))
         AS wrongCoupons`,
    [STOCK, FUNDS],
  );
  return present(row);
}
