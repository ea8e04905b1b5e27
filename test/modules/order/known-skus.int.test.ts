import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KnownSkus } from '../../../src/modules/order/copies/known-skus.ts';
import type { Forget } from '../../../src/platform/cache/invalidations.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { createProduct, createShopper, orderOf, type Shopper } from '../../support/factories.ts';
import type { TestShop } from '../../support/start-shop.ts';
import { startTwoShops, type SecondShop } from '../../support/two-shops.ts';

let first: TestShop;
let second: SecondShop;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ first, second, stop } = await startTwoShops());
});
afterAll(() => stop());

const reprice = (productId: Id, listPrice: number) =>
  first.api.patch(`/admin/products/${productId}`, {
    token: first.ownerToken,
    body: { listPrice },
  });
const quotedAt = async (shop: TestShop | SecondShop, { token }: Shopper, skuId: Id) => {
  const { body } = await shop.api.post('/orders/quote', {
    token,
    body: { items: [{ skuId, quantity: 1 }] },
  });
  return body.itemsAmount as number;
};

describe('a price', () => {
  it('that one instance changes is what the others sell at', async () => {
    const { productId, skuId } = await createProduct(first, { price: 40_000, stock: 10 });
    const shopper = await createShopper(first, 200_000);
    await eventually(async () => expect(await quotedAt(second, shopper, skuId)).toBe(40_000));
    await reprice(productId, 50_000);
    await eventually(async () => {
      expect(await quotedAt(first, shopper, skuId)).toBe(50_000);
      expect(await quotedAt(second, shopper, skuId)).toBe(50_000);
    });
    const { token } = shopper;
    const order = await second.api.post('/orders', { token, body: orderOf(skuId) });
    expect(order).toMatchObject({ status: 201, body: { state: 'paid', totalAmount: 50_000 } });
  });

  it.each([{}, { expectedTotalAmount: 50_000 }])(
    'whose change nobody told is refused once, and then known: %o',
    async (expected) => {
      const { productId, skuId } = await createProduct(first, { price: 40_000, stock: 10 });
      const { id, token } = await createShopper(first, 200_000);
      await eventually(async () =>
        expect(await quotedAt(first, { id, token }, skuId)).toBe(40_000),
      );
      // As by an instance that was killed between its commit and its message.
      await first.database.write('UPDATE catalog_products SET list_price = 50000 WHERE id = ?', [
        idToBytes(productId),
      ]);
      await first.database.write(
        'UPDATE order_sku_copies SET list_price = 50000 WHERE sku_id = ?',
        [idToBytes(skuId)],
      );
      const body = orderOf(skuId, 1, expected);
      const refused = await first.api.post('/orders', { token, body });
      expect(refused).toMatchObject({ status: 409, body: { code: 'price_changed' } });
      const order = await first.api.post('/orders', { token, body });
      expect(order).toMatchObject({ status: 201, body: { totalAmount: 50_000 } });
    },
  );

  it('of something that went off sale without a word is refused as that from then on', async () => {
    const { productId, skuId } = await createProduct(first, { price: 40_000, stock: 10 });
    const { id, token } = await createShopper(first, 200_000);
    await eventually(async () => expect(await quotedAt(first, { id, token }, skuId)).toBe(40_000));
    await first.database.write("UPDATE catalog_products SET state = 'hidden' WHERE id = ?", [
      idToBytes(productId),
    ]);
    await first.database.write('UPDATE order_sku_copies SET on_sale = 0 WHERE sku_id = ?', [
      idToBytes(skuId),
    ]);
    const refused = await first.api.post('/orders', { token, body: orderOf(skuId) });
    expect(refused).toMatchObject({ status: 409, body: { code: 'out_of_stock' } });
    const again = await first.api.post('/orders', { token, body: orderOf(skuId) });
    expect(again).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });
});

describe('what is known of SKUs', () => {
  /** Counts questions to the database, and can hold their answers back. */
  function watched(isHearing = true) {
    let questions = 0;
    let read = 0;
    let release: (() => void) | undefined;
    let hold = Promise.resolve();
    const select: Database['select'] = async (sql, values) => {
      questions += 1;
      const rows = await first.database.select(sql, values);
      read += 1;
      await hold;
      return rows as never;
    };
    const database = Object.create(first.database, { select: { value: select } }) as Database;
    let forget: Forget = () => undefined;
    const invalidations = {
      register: (_name: string, registered: Forget) => {
        forget = registered;
      },
      tell: (_name: string, keys: readonly string[]) => forget(keys),
      isHearing,
    };
    return {
      known: new KnownSkus({ database, invalidations }),
      questions: () => questions,
      read: () => read,
      holdBack: () => {
        hold = new Promise((resolve) => {
          release = resolve;
        });
      },
      letGo: () => release?.(),
    };
  }

  async function copiedSku(price = 40_000): Promise<Id> {
    const { skuId } = await createProduct(first, { price, stock: 10 });
    await first.app.backbone.settled();
    return skuId;
  }

  it('is asked for once, until it changes', async () => {
    const { known, questions } = watched();
    const [one, other] = [await copiedSku(), await copiedSku()];
    await known.read([one]);
    const both = await known.read([one, other]);
    expect([...both.keys()].toSorted()).toEqual([one, other].toSorted());
    expect(await known.read([other, one])).toEqual(both);
    expect(questions()).toBe(2);
    known.changed([one]);
    await known.read([other]);
    expect(questions()).toBe(2);
    await known.read([one, other]);
    expect(questions()).toBe(3);
  });

  it('is not kept of SKUs that do not exist, or that are not on sale', async () => {
    const { known, questions } = watched();
    const unknown = newId();
    expect((await known.read([unknown])).size).toBe(0);
    expect((await known.read([unknown])).size).toBe(0);
    const hidden = await copiedSku();
    await first.database.write('UPDATE order_sku_copies SET on_sale = 0 WHERE sku_id = ?', [
      idToBytes(hidden),
    ]);
    for (const _ of [1, 2]) {
      expect((await known.read([hidden])).get(hidden)).toMatchObject({ onSale: false });
    }
    expect(questions()).toBe(4);
  });

  it('is not an answer that was on its way when it changed', async () => {
    const { known, read, holdBack, letGo } = watched();
    const skuId = await copiedSku();
    holdBack();
    const old = known.read([skuId]);
    await eventually(() => expect(read()).toBe(1));
    await first.database.write('UPDATE order_sku_copies SET list_price = 50000 WHERE sku_id = ?', [
      idToBytes(skuId),
    ]);
    known.changed([skuId]);
    letGo();
    await old;
    expect((await known.read([skuId])).get(skuId)).toMatchObject({ listPrice: 50_000 });
  });

  it('is asked for each time while nobody hears of changes', async () => {
    const { known, questions } = watched(false);
    const skuId = await copiedSku();
    await known.read([skuId]);
    await known.read([skuId]);
    expect(questions()).toBe(2);
  });
});
