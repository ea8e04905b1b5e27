import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countSoldUnits } from '../../../src/modules/catalog/count-sold-units.ts';
import { idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { createProduct } from '../../support/factories.ts';
import {
  cancelled,
  handle,
  lineOf,
  linesCancelled,
  paid,
  tellOrder,
  type TestEvent,
} from '../../support/order-events.ts';
import { permutations } from '../../support/shuffle.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const receive = (...events: TestEvent[]) => handle(shop, countSoldUnits, events);

const newProduct = async () => (await createProduct(shop, { price: 1_000, stock: 0 })).productId;
const soldOf = async (productId: Id) => {
  const [row] = await shop.database.select<{ units: number }>(
    'SELECT sold_units AS units FROM catalog_products WHERE id = ?',
    [idToBytes(productId)],
  );
  return row?.units;
};

/** Units of products; two SKUs of one product are two lines. */
const linesOf = (...units: [productId: Id, quantity: number][]) =>
  units.map(([productId, quantity]) => ({ ...lineOf(productId, quantity, 1_000), productId }));

describe('units sold', () => {
  it('are those that were paid, less those that were undone, in every order of events', async () => {
    const [kept, undone] = await Promise.all([newProduct(), newProduct()]);
    const order = tellOrder({ lines: linesOf([kept, 2], [undone, 3], [kept, 4]) });
    const whole = tellOrder({ lines: linesOf([kept, 5], [undone, 1]) });
    const rest = { ...whole, lines: linesOf([kept, 3]) };
    const events = [
      paid(order),
      linesCancelled(order, {}, { lines: linesOf([undone, 3], [kept, 1]) }),
      paid(whole),
      linesCancelled(whole, {}, { lines: linesOf([kept, 2], [undone, 1]) }),
      cancelled(rest, new Date()),
    ];
    let times = 0;
    for (const sequence of permutations(events).filter((_, index) => index % 10 === 0)) {
      await receive(...sequence.slice(0, times % 5));
      await receive(...sequence.slice(times % 5));
      times += 1;
      expect(await soldOf(kept)).toBe(5 * times);
      expect(await soldOf(undone)).toBe(0);
    }
    expect(times).toBe(12);
  });

  it('are none of an order that was cancelled before it was paid', async () => {
    const productId = await newProduct();
    await receive(cancelled(tellOrder({ lines: linesOf([productId, 2]) }), null));
    expect(await soldOf(productId)).toBe(0);
  });
});
