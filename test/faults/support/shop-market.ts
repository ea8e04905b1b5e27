import { newId, type Id } from '../../../src/platform/ids/id.ts';
import type { Answer } from '../../support/api-client.ts';
import { settled } from './audit.ts';
import { OWNER, type ShopRig } from './shop-rig.ts';

export type Shopper = {
  id: Id;
  token: string;
  /** Coupons that are the member's own, used or not. */
  memberCouponIds: readonly Id[];
};

/** What a fault's shoppers meet: who they are, and what there is to buy. */
export type Market = {
  ownerToken: string;
  shoppers: readonly Shopper[];
  skuIds: readonly Id[];
};

export type MarketPlan = {
  /** Pay money of each shopper, in KRW. */
  wallets: readonly number[];
  /** Units of each SKU. */
  stock: readonly number[];
  /** Coupons that every shopper has one of. */
  coupons?: number;
  /** Of each shopper. */
  points?: number;
};

const PRICE = 10_000;
const DISCOUNT = 1000;
const OPEN_MS = 3_600_000;
const SETTLED_WITHIN_MS = 300_000;

/** Fills an empty shop through its API, and waits until everybody knows what is there. */
export async function openMarket(
  { front, database }: Pick<ShopRig, 'front' | 'database'>,
  { wallets, stock, coupons = 0, points = 0 }: MarketPlan,
): Promise<Market> {
  const post = async (path: string, body: unknown, token?: string) =>
    created(path, await front.post(path, { token, body }));

  const { accessToken: ownerToken } = await post('/admin/auth/login', OWNER);
  const couponIds = await Promise.all(
    Array.from({ length: coupons }, async (): Promise<Id> => {
      return (await post('/admin/coupons', couponBody(wallets.length), ownerToken)).id;
    }),
  );
  const shoppers = await Promise.all(
    wallets.map(async (money): Promise<Shopper> => {
      const { member, accessToken: token } = await post('/auth/register', registration());
      const grants = [
        ['wallet-grants', money],
        ['points-grants', points],
      ] as const;
      for (const [path, amount] of grants.filter(([, given]) => given > 0)) {
        const grant = { amount, reason: '가입 축하' };
        await post(`/admin/members/${member.id}/${path}`, grant, ownerToken);
      }
      const claims = await Promise.all(
        couponIds.map((couponId) => post(`/coupons/${couponId}/claims`, undefined, token)),
      );
      const memberCouponIds = claims.map((claim) => claim.memberCouponId);
      return { id: member.id, token, memberCouponIds };
    }),
  );
  const type = await post('/admin/types', { name: '향수' }, ownerToken);
  const style = await post('/admin/styles', { name: '시트러스' }, ownerToken);
  const product = await post('/admin/products', productBody(type.id, style.id, stock), ownerToken);
  await settled(database, SETTLED_WITHIN_MS);
  const skuIds = product.skus.map((sku: { id: Id }) => sku.id);
  return { ownerToken, shoppers, skuIds };
}

function created(path: string, { status, body }: Answer): Answer['body'] {
  if (status >= 300) throw new Error(`${path} was answered with ${JSON.stringify(body)}`);
  return body;
}

function registration() {
  const loginId = `shopper-${newId().replaceAll('-', '')}`;
  return {
    loginId,
    password: 'a-good-password',
    name: '김손님',
    email: `${loginId}@example.com`,
    phone: '010-0000-0000',
  };
}

function couponBody(quantity: number) {
  const now = Date.now();
  return {
    name: '첫 구매 할인',
    kind: 'fixed_amount',
    amount: DISCOUNT,
    minOrderAmount: 0,
    quantity,
    validDays: 30,
    opensAt: new Date(now - OPEN_MS).toISOString(),
    closesAt: new Date(now + OPEN_MS).toISOString(),
  };
}

function productBody(typeId: Id, styleId: Id, stock: readonly number[]) {
  return {
    name: '새벽 무화과 오 드 퍼퓸',
    description: '새벽 공기와 무화과 잎의 향',
    typeId,
    styleIds: [styleId],
    listPrice: PRICE,
    discountPercent: 0,
    skus: stock.map((units, index) => ({
      options: `${index + 1}호`,
      priceDelta: index * 100,
      stock: units,
    })),
  };
}
