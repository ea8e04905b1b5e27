import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareIds, idToBytes, newId, type Id } from '../../../src/platform/ids/id.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { walkPages } from '../../support/walk-pages.ts';

/** What the lists filter and sort by. */
type Known = {
  id: Id;
  typeId: Id;
  styleIds: Id[];
  salePrice: number;
  soldUnits: number;
};

let shop: TestShop;
let types: Id[];
let styles: Id[];
let known: Known[];

const PRODUCTS = 60;
const PRICES = [1_000, 5_000, 5_000, 9_000, 20_000];

beforeAll(async () => {
  shop = await startShop();
  const { labels, importProducts } = shop.app.modules.catalog;
  types = [
    (await labels.create(null, 'type', '향수')).id,
    (await labels.create(null, 'type', '초')).id,
  ];
  styles = [
    (await labels.create(null, 'style', '시트러스')).id,
    (await labels.create(null, 'style', '우디')).id,
    (await labels.create(null, 'style', '머스크')).id,
  ];
  const drafts = Array.from({ length: PRODUCTS }, (_, index) => ({
    name: `상품 ${index}`,
    description: '',
    typeId: types[index % 2] ?? '',
    styleIds: styles.filter((_style, place) => (index + 1) & (1 << place)),
    listPrice: PRICES[index % PRICES.length] ?? 0,
    discountPercent: index % 4 === 0 ? 10 : 0,
    taxType: 'taxable' as const,
    images: [],
    skus: [{ options: '50ml', priceDelta: 0, stock: index }],
  }));
  await importProducts(drafts, () => {});
  await shop.database.write('UPDATE catalog_products SET sold_units = list_price % 7');
  await hideSome();
  known = await readKnown();
});
afterAll(() => shop.stop());

async function hideSome(): Promise<void> {
  for (const [state, name] of [
    ['hidden', '상품 7'],
    ['archived', '상품 8'],
  ]) {
    await shop.database.write('UPDATE catalog_products SET state = ? WHERE name = ?', [
      state ?? '',
      name ?? '',
    ]);
  }
}

async function readKnown(): Promise<Known[]> {
  const { body } = await shop.api.get('/products?limit=100');
  const rows = await shop.database.select<{ name: string; soldUnits: number }>(
    'SELECT name, sold_units AS soldUnits FROM catalog_products',
  );
  const soldUnits = new Map(rows.map((row) => [row.name, row.soldUnits]));
  return body.items.map((item: Known & { name: string }) => ({
    ...item,
    soldUnits: soldUnits.get(item.name) ?? -1,
  }));
}

const SORTS: Record<string, (a: Known, b: Known) => number> = {
  newest: (a, b) => compareIds(b.id, a.id),
  popular: (a, b) => b.soldUnits - a.soldUnits || compareIds(b.id, a.id),
  priceAsc: (a, b) => a.salePrice - b.salePrice || compareIds(a.id, b.id),
  priceDesc: (a, b) => b.salePrice - a.salePrice || compareIds(b.id, a.id),
};

type Filter = { type?: number; style?: number; minPrice?: number; maxPrice?: number };

const FILTERS: Filter[] = [0, undefined].flatMap((type) =>
  [1, undefined].flatMap((style) =>
    [{}, { minPrice: 4_500, maxPrice: 9_000 }].map((range) => ({
      ...(type === undefined ? {} : { type }),
      ...(style === undefined ? {} : { style }),
      ...range,
    })),
  ),
);
const CASES = Object.keys(SORTS).flatMap((sort) => FILTERS.map((filter) => ({ sort, filter })));

function passes(product: Known, { type, style, minPrice, maxPrice }: Filter): boolean {
  return (
    (type === undefined || product.typeId === types[type]) &&
    (style === undefined || product.styleIds.includes(styles[style] ?? '')) &&
    product.salePrice >= (minPrice ?? 0) &&
    product.salePrice <= (maxPrice ?? Infinity)
  );
}

function queryOf({ type, style, ...range }: Filter, sort: string): string {
  const query = new URLSearchParams({ sort });
  if (type !== undefined) query.set('type', types[type] ?? '');
  if (style !== undefined) query.set('style', styles[style] ?? '');
  for (const [name, price] of Object.entries(range)) query.set(name, String(price));
  return query.toString();
}

describe('the list of products', () => {
  it('holds those on sale', () => {
    expect(known).toHaveLength(PRODUCTS - 2);
    expect(new Set(known.map((product) => product.salePrice)).size).toBeLessThan(12);
  });

  it.each(CASES)(
    'by $sort with $filter has each product once, in order',
    async ({ sort, filter }) => {
      const expected = known.filter((product) => passes(product, filter)).toSorted(SORTS[sort]);
      expect(expected.length).toBeGreaterThan(5);
      const pages = await walkPages(shop.api, `/products?${queryOf(filter, sort)}`, { limit: 7 });
      expect(pages.flat().map((item) => item.id)).toEqual(expected.map((product) => product.id));
      expect(pages).toHaveLength(Math.ceil(expected.length / 7));
    },
  );

  it('is walked one by one, and as a whole', async () => {
    const single = await walkPages(shop.api, '/products?sort=priceAsc', { limit: 1 });
    expect(single).toHaveLength(known.length);
    const whole = await walkPages(shop.api, '/products?sort=priceAsc', { limit: 100 });
    expect(single.flat()).toEqual(whole.flat());
  });

  it('goes on behind the cursor, whatever was added before it', async () => {
    const first = await shop.api.get('/products?limit=10');
    const added = await shop.api.post('/admin/products', {
      token: shop.ownerToken,
      body: {
        name: '새로 온 것',
        description: '',
        typeId: types[0],
        styleIds: [styles[0]],
        listPrice: 1_000,
        discountPercent: 0,
        skus: [{ options: '50ml', priceDelta: 0, stock: 1 }],
      },
    });
    const next = await shop.api.get(`/products?limit=10&cursor=${first.body.nextCursor}`);
    const ids = [...first.body.items, ...next.body.items].map((item: Known) => item.id);
    expect(ids).toEqual(
      known
        .toSorted(SORTS.newest)
        .slice(0, 20)
        .map((product) => product.id),
    );
    await shop.database.write("UPDATE catalog_products SET state = 'archived' WHERE id = ?", [
      idToBytes(added.body.id),
    ]);
  });

  it('is empty where nothing passes', async () => {
    const nothing = { items: [], nextCursor: null };
    const queries = [`type=${newId()}`, `style=${newId()}`, 'minPrice=9&maxPrice=8'];
    const answers = await Promise.all(queries.map((query) => shop.api.get(`/products?${query}`)));
    expect(answers.map((answer) => answer.body)).toEqual([nothing, nothing, nothing]);
  });

  it.each([
    ['sort=cheapest', '/querystring/sort'],
    ['type=perfume', '/querystring/type'],
    ['minPrice=-1', '/querystring/minPrice'],
    ['maxPrice=cheap', '/querystring/maxPrice'],
    ['limit=1000000', '/querystring/limit'],
    ['limit=1&limit=2', '/querystring/limit'],
    ['cursor=%F0%9F%98%80', '/querystring/cursor'],
    ['cursor=W10', '/querystring/cursor'],
    ['colour=red', '/querystring/colour'],
    ["type=' OR 1=1 --", '/querystring/type'],
  ])('is refused for %s', async (query, path) => {
    const answer = await shop.api.get(`/products?${query}`);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });
});
