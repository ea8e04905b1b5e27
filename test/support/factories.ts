import { newId, type Id } from '../../src/platform/ids/id.ts';
import type { TestShop } from './start-shop.ts';

export type Shopper = { id: Id; token: string };

let count = 0;

/** Members with this much free pay money each. One password hash serves all. */
export async function createShoppers(
  { app }: TestShop,
  howMany: number,
  freeAmount: number,
): Promise<Shopper[]> {
  const members = Array.from({ length: howMany }, () => {
    count += 1;
    const loginId = `shopper${process.pid}-${count}`;
    return {
      loginId,
      password: 'a-good-password',
      name: '김손님',
      email: `${loginId}@example.com`,
      phone: '010-0000-0000',
      freeAmount,
    };
  });
  const ids = await app.modules.user.importMembers(members);
  return ids.map((id) => ({ id, token: app.server.jwt.sign({ kind: 'member', sub: id }) }));
}

export async function createShopper(shop: TestShop, freeAmount: number): Promise<Shopper> {
  const [shopper] = await createShoppers(shop, 1, freeAmount);
  if (!shopper) throw new Error('no shopper was made');
  return shopper;
}

export type TestProduct = { productId: Id; skuId: Id };

/** A product with one SKU, made by the owner through the API. */
export async function createProduct(
  shop: TestShop,
  product: { price: number; stock: number; discountPercent?: number; taxType?: 'exempt' },
): Promise<TestProduct> {
  const { api, ownerToken: token } = shop;
  const name = newId();
  const type = await api.post('/admin/types', { token, body: { name: `type ${name}` } });
  const style = await api.post('/admin/styles', { token, body: { name: `style ${name}` } });
  const created = await api.post('/admin/products', {
    token,
    body: {
      name: `새벽 무화과 ${name}`,
      description: '새벽 공기와 무화과 잎의 향',
      typeId: type.body.id,
      styleIds: [style.body.id],
      listPrice: product.price,
      discountPercent: product.discountPercent ?? 0,
      taxType: product.taxType ?? 'taxable',
      skus: [{ options: '50ml', priceDelta: 0, stock: product.stock }],
    },
  });
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  return { productId: created.body.id, skuId: created.body.skus[0].id };
}

/** A coupon that can be claimed now; of a fixed amount, unless it says another kind. */
export async function createCoupon(
  shop: TestShop,
  coupon: {
    kind?: 'fixed_amount' | 'percentage' | 'free_shipping';
    amount?: number;
    percent?: number;
    maxDiscountAmount?: number;
    minOrderAmount?: number;
    scope?: { kind: 'types' | 'products'; ids: Id[] };
    quantity?: number;
    validDays?: number;
    validUntil?: string;
    opensAt?: string;
    closesAt?: string;
    code?: string;
  },
): Promise<Id> {
  const now = Date.now();
  const created = await shop.api.post('/admin/coupons', {
    token: shop.ownerToken,
    body: {
      name: '첫 구매 할인',
      kind: 'fixed_amount',
      minOrderAmount: 0,
      quantity: 100,
      ...(coupon.validUntil === undefined ? { validDays: 30 } : {}),
      opensAt: new Date(now - 60_000).toISOString(),
      closesAt: new Date(now + 3_600_000).toISOString(),
      ...coupon,
    },
  });
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  return created.body.id;
}

export const ADDRESS = {
  recipient: '김손님',
  phone: '010-0000-0000',
  zoneCode: '04524',
  roadAddress: '서울 중구 세종대로 110',
  detail: '3층',
};

/** The body of POST /orders for one SKU, paid by wallet. */
export function orderOf(skuId: Id, quantity = 1, more: Record<string, unknown> = {}) {
  return { items: [{ skuId, quantity }], paymentMethod: 'wallet', address: ADDRESS, ...more };
}
