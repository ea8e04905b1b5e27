import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShopper, orderOf } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const PRODUCTS = 1_200;

const countCopies = async () => {
  const [row] = await shop.database.select<{ copies: number }>(
    'SELECT COUNT(*) AS copies FROM order_sku_copies',
  );
  return row?.copies;
};
const newestSku = async (): Promise<string> => {
  const list = await shop.api.get('/products?limit=1');
  const shown = await shop.api.get(`/products/${list.body.items[0].id}`);
  return shown.body.skus[0].id;
};

describe('importing 1,200 products', () => {
  const progress: number[] = [];

  beforeAll(async () => {
    const { labels, importProducts } = shop.app.modules.catalog;
    const type = await labels.create(null, 'type', '향수');
    const style = await labels.create(null, 'style', '시트러스');
    const drafts = Array.from({ length: PRODUCTS }, (_, index) => ({
      name: `상품 ${index}`,
      description: '설명',
      typeId: type.id,
      styleIds: [style.id],
      listPrice: 40_000,
      discountPercent: 0,
      taxType: 'taxable' as const,
      images: [],
      skus: ['10ml', '50ml'].map((options) => ({ options, priceDelta: 0, stock: index % 3 })),
    }));
    const imported = await importProducts(drafts, (count) => progress.push(count));
    expect(imported).toBe(PRODUCTS);
  });

  it('puts all of them on sale, part by part', async () => {
    expect(progress).toEqual([500, 1_000, 1_200]);
    expect(await shop.app.modules.catalog.countProducts()).toBe(PRODUCTS);
    const [row] = await shop.database.select<{ units: number }>(
      'SELECT SUM(open_quantity) AS units FROM catalog_stock',
    );
    expect(row?.units).toBe(PRODUCTS * 2);
    await auditLedger(shop);
  });

  it('tells nobody of them until they are republished; then they can be ordered', async () => {
    expect(await countCopies()).toBe(0);
    const published: number[] = [];
    const count = await shop.app.modules.catalog.republishProducts((soFar) =>
      published.push(soFar),
    );
    expect(count).toBe(PRODUCTS);
    expect(published).toEqual([250, 500, 750, 1_000, 1_200]);
    await shop.app.backbone.settled();
    expect(await countCopies()).toBe(PRODUCTS * 2);

    const { token } = await createShopper(shop, 100_000);
    const order = await shop.api.post('/orders', { token, body: orderOf(await newestSku()) });
    expect(order).toMatchObject({ status: 201, body: { state: 'paid', totalAmount: 40_000 } });
  });

  it('fills a copy that was emptied, and changes nothing in one that is full', async () => {
    await shop.database.write('DELETE FROM order_sku_copies');
    await shop.app.modules.catalog.republishProducts(() => {});
    await shop.app.backbone.settled();
    const copies = () => shop.database.select('SELECT * FROM order_sku_copies ORDER BY sku_id');
    const filled = await copies();
    expect(filled).toHaveLength(PRODUCTS * 2);

    await shop.app.modules.catalog.republishProducts(() => {});
    await shop.app.backbone.settled();
    expect(await copies()).toEqual(filled);
    const { token } = await createShopper(shop, 100_000);
    const order = await shop.api.post('/orders', { token, body: orderOf(await newestSku()) });
    expect(order.status).toBe(201);
  });
});
