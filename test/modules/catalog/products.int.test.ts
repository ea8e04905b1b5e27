import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
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
const create = (changes?: Record<string, unknown>) =>
  shop.api.post('/admin/products', { token: shop.ownerToken, body: draft(changes) });
const change = (id: Id, body: unknown) =>
  shop.api.patch(`/admin/products/${id}`, { token: shop.ownerToken, body });
const show = (id: Id) => shop.api.get(`/products/${id}`);
const showToAdmin = (id: Id) => shop.api.get(`/admin/products/${id}`, { token: shop.ownerToken });
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
