import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { auditEntries } from '../../support/admins.ts';
import { createProduct } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
let typeId: Id;
let styleId: Id;
beforeAll(async () => {
  shop = await startShop();
  typeId = (await addLabel('types', '향수')).body.id;
  styleId = (await addLabel('styles', '시트러스')).body.id;
});
afterAll(() => shop.stop());

const addLabel = (kind: 'types' | 'styles', name: string) =>
  shop.api.post(`/admin/${kind}`, { token: shop.ownerToken, body: { name } });
/** A product whose SKUs have so many units each. */
const createWith = (...stocks: number[]) =>
  shop.api.post('/admin/products', {
    token: shop.ownerToken,
    body: {
      name: '새벽 무화과',
      description: '새벽 공기와 무화과 잎의 향',
      typeId,
      styleIds: [styleId],
      listPrice: 9_999,
      discountPercent: 33,
      skus: stocks.map((stock, index) => ({ options: `${index}`, priceDelta: 0, stock })),
    },
  });
const change = (id: Id, body: unknown) =>
  shop.api.patch(`/admin/products/${id}`, { token: shop.ownerToken, body });
const show = (id: Id) => shop.api.get(`/products/${id}`);
const showToAdmin = (id: Id) => shop.api.get(`/admin/products/${id}`, { token: shop.ownerToken });
const adjust = (skuId: Id, quantity: number, reason = '신규 입고') =>
  shop.api.post(`/admin/skus/${skuId}/stock-adjustments`, {
    token: shop.ownerToken,
    body: { quantity, reason },
  });

describe('availability', () => {
  it('of a product counts the units of all its SKUs', async () => {
    const [many, few, none] = await Promise.all([
      createWith(3, 3),
      createWith(0, 5),
      createWith(0, 0),
    ]);
    const shown = await Promise.all([many, few, none].map((answer) => show(answer.body.id)));
    expect(shown.map((answer) => answer.body.availability)).toEqual([
      'in_stock',
      'few_left',
      'sold_out',
    ]);
    expect(shown[0]?.body.skus.map((one: { availability: string }) => one.availability)).toEqual([
      'few_left',
      'few_left',
    ]);
    const list = await shop.api.get('/products?limit=3');
    const inList = new Map<Id, string>(
      list.body.items.map((item: { id: Id; availability: string }) => [item.id, item.availability]),
    );
    for (const { body } of shown) expect(inList.get(body.id)).toBe(body.availability);
  });
});

describe('adjusting stock', () => {
  it('takes units in and out, and keeps the reason', async () => {
    const { skuId } = await createProduct(shop, { price: 1_000, stock: 5 });
    expect((await adjust(skuId, 10)).body).toEqual({
      skuId,
      stock: 15,
      heldQuantity: 0,
      soldQuantity: 0,
      salePoolQuantity: 0,
    });
    expect(await adjust(skuId, -15, '파손 "전량"')).toMatchObject({
      status: 201,
      body: { stock: 0 },
    });
    const entries = await shop.database.select(
      `SELECT kind, quantity, reason FROM catalog_stock_entries WHERE sku_id = ? ORDER BY id`,
      [idToBytes(skuId)],
    );
    expect(entries).toEqual([
      { kind: 'received', quantity: 5, reason: 'first stock' },
      { kind: 'received', quantity: 10, reason: '신규 입고' },
      { kind: 'adjusted', quantity: -15, reason: '파손 "전량"' },
    ]);
    expect(await auditEntries(shop, skuId)).toMatchObject([
      { action: 'catalog.adjust-stock', detail: { quantity: 10 } },
      { action: 'catalog.adjust-stock', detail: { quantity: -15 } },
    ]);
    await auditLedger(shop);
  });

  it('takes out no more than there is, however many try at once', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 1_000, stock: 10 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => adjust(skuId, -1)));
    const refused = answers.filter((answer) => answer.status !== 201);
    expect(refused).toHaveLength(10);
    expect(refused.every((answer) => answer.body.code === 'stock_too_low')).toBe(true);
    expect((await showToAdmin(productId)).body.skus[0].stock).toBe(0);
    expect(await auditEntries(shop, skuId)).toHaveLength(10);
    await auditLedger(shop);
  });

  it('is refused for 0, a fraction, too many, or a SKU that is not there', async () => {
    const { skuId } = await createProduct(shop, { price: 1_000, stock: 5 });
    const answers = await Promise.all([0, 1.5, 1_000_001, -6].map((units) => adjust(skuId, units)));
    expect(answers.map((answer) => answer.body.code)).toEqual([
      'validation_failed',
      'validation_failed',
      'validation_failed',
      'stock_too_low',
    ]);
    expect((await adjust(newId(), 1)).body).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('types and styles', () => {
  it.each(['types', 'styles'] as const)(
    '%s are listed in the order they were added',
    async (kind) => {
      const names = ['하나', '둘', '셋'].map((name) => `${name} ${newId()}`);
      for (const name of names) {
        expect((await addLabel(kind, name)).body).toMatchObject({ name });
      }
      const { body } = await shop.api.get(`/${kind}`);
      const listed = body.items.map((label: { name: string }) => label.name);
      expect(listed.slice(-3)).toEqual(names);
      expect(body.nextCursor).toBeNull();
    },
  );

  it('have names of their own, whatever the case', async () => {
    const name = `Woody ${newId()}`;
    const first = await addLabel('styles', name);
    const again = await addLabel('styles', name.toUpperCase());
    expect(again.body).toMatchObject({ status: 409, code: 'name_taken' });
    expect((await addLabel('types', name)).status).toBe(201);
    expect(await auditEntries(shop, first.body.id)).toMatchObject([
      { action: 'catalog.create-style', detail: { name } },
    ]);
  });

  it('are added once of ten equal ones at once', async () => {
    const name = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => addLabel('types', name)));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    const refused = answers.filter((answer) => answer.status !== 201);
    expect(refused.every((answer) => answer.body.code === 'name_taken')).toBe(true);
  });
});

describe('an ETag', () => {
  it.each(['product', 'list', 'types', 'styles'])(
    'spares the client what it has: %s',
    async (what) => {
      const { productId } = await createProduct(shop, { price: 1_000, stock: 100 });
      const path =
        what === 'product' ? `/products/${productId}` : what === 'list' ? '/products' : `/${what}`;
      const ask = (ifNoneMatch: string) =>
        shop.api.get(path, { headers: { 'if-none-match': ifNoneMatch } });
      const full = await shop.api.get(path);
      const etag = full.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[\w-]+"$/);
      expect(full.headers.get('content-type')).toContain('application/json');

      const answers = await Promise.all([etag, `W/${etag}`, `"other", ${etag}`, '*'].map(ask));
      expect(answers.map((answer) => [answer.status, answer.body])).toEqual(
        answers.map(() => [304, undefined]),
      );
      expect(answers.map((answer) => answer.headers.get('etag'))).toEqual(answers.map(() => etag));
      expect(await ask('"other"')).toMatchObject({ status: 200, body: full.body });
    },
  );

  it('is another one as soon as the product is another one', async () => {
    const { productId, skuId } = await createProduct(shop, { price: 1_000, stock: 6 });
    const etagOf = async () => (await show(productId)).headers.get('etag');
    const first = await etagOf();
    expect(await etagOf()).toBe(first);
    await change(productId, { name: '다른 이름' });
    const second = await etagOf();
    await adjust(skuId, -1);
    expect(new Set([first, second, await etagOf()]).size).toBe(3);
  });
});
