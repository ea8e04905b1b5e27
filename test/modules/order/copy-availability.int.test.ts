import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { availabilityChanged } from '../../../src/modules/catalog/catalog.events.ts';
import { readAvailability } from '../../../src/modules/order/copies/availability.store.ts';
import type { Availability } from '../../../src/modules/order/copies/copies.rules.ts';
import { copyAvailability } from '../../../src/modules/order/copies/copy-availability.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { handle } from '../../support/order-events.ts';
import { permutations } from '../../support/shuffle.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

type Told = { skuId: Id; availability: Availability; version: number };

const tell = (...skus: Told[]) =>
  availabilityChanged.read(availabilityChanged.of(newId(), 1, { skus }));
const receive = (...events: ReturnType<typeof tell>[]) => handle(shop, copyAvailability, events);
const shown = async (...skuIds: Id[]) => {
  const copies = await readAvailability(shop.database, skuIds);
  return skuIds.map((skuId) => copies.get(skuId));
};

describe("order's copy of availability", () => {
  it('has what was told of many SKUs at once, and nothing of others', async () => {
    const [few, none, plenty, untold] = [newId(), newId(), newId(), newId()];
    await receive(
      tell(
        { skuId: plenty, availability: 'in_stock', version: 3 },
        { skuId: none, availability: 'sold_out', version: 1 },
      ),
      tell({ skuId: few, availability: 'few_left', version: 2 }),
    );
    const expected = ['few_left', 'sold_out', 'in_stock', undefined];
    expect(await shown(few, none, plenty, untold)).toEqual(expected);
    await receive(tell());
    expect(await shown()).toEqual([]);
  });

  it('ends with the latest, in whatever order and company it is told', async () => {
    const story = (skuId: Id): Told[] => [
      { skuId, availability: 'few_left', version: 1 },
      { skuId, availability: 'sold_out', version: 2 },
      { skuId, availability: 'in_stock', version: 3 },
    ];
    const orders = permutations([0, 1, 2]);
    const told = async (arrive: (events: ReturnType<typeof tell>[]) => Promise<void>) => {
      const skuIds = orders.map(() => newId());
      for (const [index, order] of orders.entries()) {
        const events = story(skuIds[index] ?? '');
        await arrive(order.flatMap((at) => events[at] ?? []).map((each) => tell(each)));
      }
      return shown(...skuIds);
    };
    const latest = orders.map(() => 'in_stock');
    expect(await told((events) => receive(...events))).toEqual(latest);
    const oneByOne = async (events: ReturnType<typeof tell>[]) => {
      for (const event of events) await receive(event);
    };
    expect(await told(oneByOne)).toEqual(latest);
  });

  it('does not go back when an old one is told again', async () => {
    const skuId = newId();
    await receive(tell({ skuId, availability: 'sold_out', version: 7 }));
    await receive(tell({ skuId, availability: 'in_stock', version: 7 }));
    expect(await shown(skuId)).toEqual(['sold_out']);
  });
});
