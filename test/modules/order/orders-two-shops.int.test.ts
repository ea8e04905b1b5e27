import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import { createProduct, createShopper, orderOf } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import type { TestShop } from '../../support/start-shop.ts';
import { startTwoShops, type SecondShop } from '../../support/two-shops.ts';

let first: TestShop;
let second: SecondShop;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ first, second, stop } = await startTwoShops());
});
afterAll(() => stop());

describe('an order that is placed at two instances with one key', () => {
  it('is placed once, and both answer with it, whatever is placed beside it', async () => {
    const { skuId } = await createProduct(first, { price: 40_000, stock: 1000 });
    const { token } = await createShopper(first, 100_000_000);
    const place = ({ api }: TestShop | SecondShop, key: string, quantity = 1) =>
      api.post('/orders', {
        token,
        body: orderOf(skuId, quantity),
        headers: { 'idempotency-key': key },
      });
    for (let round = 0; round < 10; round += 1) {
      const key = newId();
      const [here, there, ...others] = await Promise.all([
        place(first, key),
        place(second, key),
        place(first, newId()),
        place(second, newId()),
      ]);
      expect([here.status, there.status]).toEqual([201, 201]);
      expect(here.body.id).toBe(there.body.id);
      const ids = new Set([here, ...others].map(({ body }) => body.id));
      expect(ids.size).toBe(3);
      const reused = await place(second, key, 2);
      expect(reused.body.code).toBe('idempotency_key_reused');
    }
    await Promise.all([first.app.backbone.settled(), second.app.backbone.settled()]);
    const rows = await first.database.select('SELECT id FROM order_orders');
    expect(rows).toHaveLength(30);
    await auditLedger(first);
  });
});
