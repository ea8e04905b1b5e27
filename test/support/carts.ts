import { upsertSkuCopies } from '../../src/modules/order/copies/copies.store.ts';
import { idToBytes, newId, type Id } from '../../src/platform/ids/id.ts';
import type { Answer } from './api-client.ts';
import type { TestShop } from './start-shop.ts';

/** With an access token a member, with a cart's token a guest; with both a member who brings a cart. */
export type Visitor = { token?: string; cartToken?: string };

/** Speaks to the cart as a client would. */
export function createCartClient(url: string) {
  async function send(
    method: string,
    path: string,
    { token, cartToken }: Visitor,
    body?: unknown,
  ): Promise<Answer> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(cartToken === undefined ? {} : { 'x-cart-token': cartToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  return {
    show: (who: Visitor) => send('GET', '/cart', who),
    put: (who: Visitor, skuId: Id, quantity: unknown) =>
      send('PUT', `/cart/items/${skuId}`, who, { quantity }),
    remove: (who: Visitor, skuId: Id) => send('DELETE', `/cart/items/${skuId}`, who),
    /** Fills a new guest's cart, item by item, and gives its token. */
    async begin(...items: readonly (readonly [skuId: Id, quantity: number])[]): Promise<string> {
      let cartToken: string | undefined;
      for (const [skuId, quantity] of items) {
        const who = cartToken === undefined ? {} : { cartToken };
        const put = await send('PUT', `/cart/items/${skuId}`, who, { quantity });
        if (put.status !== 200) throw new Error(JSON.stringify(put.body));
        cartToken ??= put.headers.get('x-cart-token') ?? undefined;
      }
      if (cartToken === undefined) throw new Error('the guest got no token');
      return cartToken;
    },
  };
}

/** What a cart's answer says is in it, in its order. */
export function contentOf({ body }: Answer): [skuId: Id, quantity: number][] {
  return body.items.map((item: { skuId: Id; quantity: number }) => [item.skuId, item.quantity]);
}

/** SKUs that order knows of, without a product behind them: their ids in ascending order. */
export async function copySkus({ app }: TestShop, howMany: number, price = 1_000): Promise<Id[]> {
  const skuIds = Array.from({ length: howMany }, () => newId()).toSorted();
  await app.backbone.inTransaction((tx) =>
    upsertSkuCopies(
      tx,
      skuIds.map((skuId) => ({
        skuId,
        productId: newId(),
        typeId: null,
        name: '새벽 무화과',
        options: '50ml',
        thumbnailUrl: null,
        listPrice: price,
        discountPercent: 0,
        priceDelta: 0,
        taxType: 'taxable',
        onSale: true,
        version: 1,
      })),
    ),
  );
  return skuIds;
}

/** The ids of a member's carts; there is never more than one. */
export async function cartIdsOf({ database }: TestShop, memberId: Id): Promise<Buffer[]> {
  const rows = await database.select<{ id: Buffer }>(
    'SELECT id FROM order_carts WHERE member_id = ?',
    [idToBytes(memberId)],
  );
  return rows.map((row) => row.id);
}
