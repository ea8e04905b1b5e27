import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
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
const draft = (changes: Record<string, unknown> = {}) => ({
  name: '새벽 무화과',
  description: '새벽 공기와 무화과 잎의 향',
  typeId,
  styleIds: [styleId],
  listPrice: 9_999,
  discountPercent: 33,
  skus: [
    { options: '50ml', priceDelta: 0, stock: 10 },
    { options: '10ml', priceDelta: -3_000, stock: 0 },
  ],
  ...changes,
});
const skusWith = (...stocks: number[]) =>
  stocks.map((stock, index) => ({ options: `${index}`, priceDelta: 0, stock }));
const create = (changes?: Record<string, unknown>) =>
  shop.api.post('/admin/products', { token: shop.ownerToken, body: draft(changes) });
const change = (id: Id, body: unknown) =>
  shop.api.patch(`/admin/products/${id}`, { token: shop.ownerToken, body });
const show = (id: Id) => shop.api.get(`/products/${id}`);
const showToAdmin = (id: Id) => shop.api.get(`/admin/products/${id}`, { token: shop.ownerToken });
const adjust = (skuId: Id, quantity: number, reason = '신규 입고') =>
  shop.api.post(`/admin/skus/${skuId}/stock-adjustments`, {
    token: shop.ownerToken,
    body: { quantity, reason },
  });
const pathsOf = (answer: { body: { errors?: { path: string }[] } }) =>
  answer.body.errors?.map((error) => error.path);

describe('creating a product', () => {
  it('puts it on sale with its prices rounded down, its SKUs and their stock', async () => {
    const created = await create({ images: ['/images/a.webp', 'https://cdn.example/b.webp'] });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: '새벽 무화과',
      listPrice: 9_999,
      salePrice: 6_699,
      saleRule: { kind: 'discount', percent: 33 },
      thumbnailUrl: '/images/a.webp',
      images: ['/images/a.webp', 'https://cdn.example/b.webp'],
      state: 'on_sale',
      taxType: 'taxable',
      version: 1,
      skus: [
        { options: '50ml', price: 6_699, stock: 10, heldQuantity: 0, soldQuantity: 0 },
        { options: '10ml', price: 3_699, stock: 0, salePoolQuantity: 0 },
      ],
    });
    expect((await showToAdmin(created.body.id)).body).toEqual(created.body);
  });

  it('shows shoppers what it costs and whether it is there, but no numbers of units', async () => {
    const { body: created } = await create();
    const { body } = await show(created.id);
    expect(body.skus).toEqual([
      { id: created.skus[0].id, options: '50ml', price: 6_699, availability: 'in_stock' },
      { id: created.skus[1].id, options: '10ml', price: 3_699, availability: 'sold_out' },
    ]);
    expect(Object.keys(body)).not.toContain('state');
    expect(body).toMatchObject({ id: created.id, styleIds: [styleId], version: 1 });
  });

  it('keeps its words to the letter', async () => {
    const name = `향 "아침" \\ '저녁' 😀 <script> %s`;
    const description = `첫 줄\n둘째 줄\t"끝" \\u0041`;
    const { body } = await create({ name, description });
    expect((await show(body.id)).body).toMatchObject({ name, description });
  });

  it('has no sale rule without a discount, and may be given away', async () => {
    const [plain, gift] = await Promise.all([
      create({ discountPercent: 0 }),
      create({ discountPercent: 100, skus: [{ options: '1ml', priceDelta: 0, stock: 1 }] }),
    ]);
    expect(plain.body).toMatchObject({ salePrice: 9_999, saleRule: null });
    expect(gift.body).toMatchObject({ salePrice: 0, skus: [{ price: 0 }] });
  });

  it('refuses a type and styles that do not exist, and names each', async () => {
    const answer = await create({ typeId: newId(), styleIds: [styleId, newId(), typeId] });
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(pathsOf(answer)).toEqual(['/typeId', '/styleIds/1', '/styleIds/2']);
  });

  it('refuses a SKU that would cost less than nothing', async () => {
    const answer = await create({
      skus: [
        { options: '50ml', priceDelta: -6_699, stock: 1 },
        { options: '10ml', priceDelta: -6_700, stock: 1 },
      ],
    });
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(pathsOf(answer)).toEqual(['/skus/1/priceDelta']);
  });

  it.each([
    ['no name', { name: '' }, '/name'],
    ['a negative price', { listPrice: -1 }, '/listPrice'],
    ['a price with a fraction', { listPrice: 99.5 }, '/listPrice'],
    ['a discount above 100', { discountPercent: 101 }, '/discountPercent'],
    ['no style', { styleIds: [] }, '/styleIds'],
    ['no SKU', { skus: [] }, '/skus'],
    ['an unknown field', { sellerId: newId() }, '/sellerId'],
    ['an image that runs code', { images: ['javascript:alert(1)'] }, '/images/0'],
    ['negative stock', { skus: [{ options: 'a', priceDelta: 0, stock: -1 }] }, '/skus/0/stock'],
  ])('refuses %s and names the place', async (_what, changes, path) => {
    const answer = await create(changes);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(pathsOf(answer)).toContain(path);
  });

  it('is in the audit log', async () => {
    const admin = await createAdmin(shop, 'manager');
    const { body } = await shop.api.post('/admin/products', { token: admin.token, body: draft() });
    expect(await auditEntries(shop, body.id)).toEqual([
      {
        adminId: admin.id,
        action: 'catalog.create-product',
        detail: { listPrice: 9_999, skus: 2 },
      },
    ]);
  });
});

describe('changing a product', () => {
  it('changes what is given, and leaves the rest', async () => {
    const { body: before } = await create();
    const other = (await addLabel('styles', newId())).body.id;
    const changed = await change(before.id, { listPrice: 20_000, styleIds: [other] });
    expect(changed.status).toBe(200);
    const { availability: _same, ...rest } = before;
    expect(changed.body).toMatchObject({
      ...rest,
      listPrice: 20_000,
      salePrice: 13_400,
      styleIds: [other],
      version: 2,
      skus: [{ price: 13_400 }, { price: 10_400 }],
    });
    expect(await auditEntries(shop, before.id)).toMatchObject([
      { action: 'catalog.create-product' },
      { action: 'catalog.change-product', detail: { fields: ['listPrice', 'styleIds'] } },
    ]);
  });

  it('lets one of two admins win who saw the same version', async () => {
    const { body } = await create();
    const answers = await Promise.all([
      change(body.id, { name: 'one', version: 1 }),
      change(body.id, { name: 'two', version: 1 }),
    ]);
    const winner = answers.find((answer) => answer.status === 200);
    const loser = answers.find((answer) => answer.status !== 200);
    expect(loser?.body).toMatchObject({ status: 409, code: 'version_conflict' });
    expect((await show(body.id)).body).toMatchObject({ name: winner?.body.name, version: 2 });
  });

  it('counts every change of many at once', async () => {
    const { body } = await create();
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => change(body.id, { description: `text ${index}` })),
    );
    expect((await show(body.id)).body.version).toBe(11);
  });

  it('is refused as a whole when a SKU would cost less than nothing', async () => {
    const { body: before } = await create();
    const answer = await change(before.id, { name: 'cheaper', listPrice: 1_000 });
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(pathsOf(answer)).toEqual(['/skus/1/priceDelta']);
    expect((await showToAdmin(before.id)).body).toEqual(before);
  });

  it('is refused for an unknown type, no field at all, or a product that is not there', async () => {
    const { body } = await create();
    expect(pathsOf(await change(body.id, { typeId: newId() }))).toEqual(['/typeId']);
    expect((await change(body.id, {})).body).toMatchObject({ status: 400 });
    expect((await change(body.id, { stock: 5 })).body).toMatchObject({ status: 400 });
    expect((await change(newId(), { name: 'x' })).body).toMatchObject({
      status: 404,
      code: 'not_found',
    });
  });
});

describe('a product that is hidden', () => {
  it.each(['hidden', 'archived'])('or archived is found by admins alone: %s', async (state) => {
    const { body } = await create();
    await change(body.id, { state });
    expect((await show(body.id)).body).toMatchObject({ status: 404, code: 'not_found' });
    const list = await shop.api.get('/products?limit=100');
    expect(list.body.items.map((item: { id: Id }) => item.id)).not.toContain(body.id);
    expect((await showToAdmin(body.id)).body).toMatchObject({ state });

    await change(body.id, { state: 'on_sale' });
    expect((await show(body.id)).status).toBe(200);
  });

  it('is as unknown as one that never was', async () => {
    expect((await show(newId())).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await show('1')).body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect((await showToAdmin(newId())).body).toMatchObject({ status: 404 });
  });
});

describe('availability', () => {
  it('of a product counts the units of all its SKUs', async () => {
    const [many, few, none] = await Promise.all([
      create({ skus: skusWith(3, 3) }),
      create({ skus: skusWith(0, 5) }),
      create({ skus: skusWith(0, 0) }),
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
        // oxlint-disable-next-line no-await-in-loop
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
