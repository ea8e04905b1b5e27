import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createForgetGuestCarts } from '../../../src/modules/order/cart/forget-guest-carts.ts';
import { lockCarts } from '../../../src/modules/order/cart/cart.store.ts';
import { bulkParameter, bulkRows, hex } from '../../../src/platform/database/bulk.ts';
import { idFromBytes, newId } from '../../../src/platform/ids/id.ts';
import { cartIdsOf, contentOf, copySkus, createCartClient } from '../../support/carts.ts';
import { createShopper } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { UNSTOPPED } from '../../support/unstopped.ts';

let shop: TestShop;
let cart: ReturnType<typeof createCartClient>;
let sku: string;
beforeAll(async () => {
  shop = await startShop();
  cart = createCartClient(shop.url);
  sku = (await copySkus(shop, 1))[0] ?? '';
});
afterAll(() => shop.stop());
beforeEach(async () => {
  await shop.database.write('DELETE FROM order_cart_items');
  await shop.database.write('DELETE FROM order_carts');
});

const DAY_MS = 86_400_000;

/** Does the chore as it would be done so many days from now. */
const forget = (inDays: number) => {
  const nowMs = () => Date.now() + inDays * DAY_MS;
  const clock = { nowMs, now: () => new Date(nowMs()) };
  const run = createForgetGuestCarts({
    inTransaction: shop.app.backbone.inTransaction,
    clock,
  });
  return run(UNSTOPPED);
};
const rowsOf = async (table: 'order_carts' | 'order_cart_items') =>
  (await shop.database.select(`SELECT * FROM ${table}`)).length;

describe("guests' carts", () => {
  it('are kept for 30 days after their last change, and gone then with all that is in them', async () => {
    const cartToken = await cart.begin([sku, 1]);
    await forget(29.9);
    expect(contentOf(await cart.show({ cartToken }))).toEqual([[sku, 1]]);
    await forget(30.1);
    expect((await cart.show({ cartToken })).body.items).toEqual([]);
    expect([await rowsOf('order_carts'), await rowsOf('order_cart_items')]).toEqual([0, 0]);
  });

  it('begin their 30 days anew with every change', async () => {
    const [changed, left] = [await cart.begin([sku, 1]), await cart.begin([sku, 1])];
    await shop.database.write(
      'UPDATE order_carts SET changed_at = CURRENT_TIMESTAMP(3) - INTERVAL 31 DAY',
    );
    await cart.put({ cartToken: changed }, sku, 2);
    await forget(0);
    expect(contentOf(await cart.show({ cartToken: changed }))).toEqual([[sku, 2]]);
    expect((await cart.show({ cartToken: left })).body.items).toEqual([]);
  });

  it('are forgotten alone: members keep theirs', async () => {
    const { id, token } = await createShopper(shop, 0);
    await cart.put({ token }, sku, 1);
    await forget(1000);
    expect(contentOf(await cart.show({ token }))).toEqual([[sku, 1]]);
    expect(await cartIdsOf(shop, id)).toHaveLength(1);
  });

  it('are forgotten all, also when there are more than go at once', async () => {
    const ids = Array.from({ length: 1100 }, () => newId());
    await shop.database.write(
      `INSERT INTO order_carts (id, token_hash, changed_at)
       SELECT UNHEX(c.id), UNHEX(SHA2(c.id, 256)), CURRENT_TIMESTAMP(3)
       FROM ${bulkRows('c', { id: 'id' })}`,
      [bulkParameter(ids.map((id) => [hex(id)]))],
    );
    await Promise.all([forget(31), forget(31)]);
    expect(await rowsOf('order_carts')).toBe(0);
  });

  it('are passed over while someone has them in hand', async () => {
    const cartToken = await cart.begin([sku, 1]);
    const other = await cart.begin([sku, 1]);
    const [row] = await shop.database.select<{ id: Buffer }>(
      'SELECT id FROM order_carts ORDER BY id LIMIT 1',
    );
    await shop.app.backbone.inTransaction(async (tx) => {
      await lockCarts(tx, [idFromBytes(row?.id ?? Buffer.alloc(16))], new Date());
      await forget(31);
    });
    expect(contentOf(await cart.show({ cartToken }))).toEqual([[sku, 1]]);
    expect((await cart.show({ cartToken: other })).body.items).toEqual([]);
  });
});
