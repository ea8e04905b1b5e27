import type { Transaction } from '../../platform/database/transaction.ts';
import { defineConsumer } from '../../platform/events/consumer.ts';
import type { EventOf } from '../../platform/events/define-event.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { Id } from '../../platform/ids/id.ts';
import { flashSaleEnded, flashSaleOpening } from '../order/order.events.ts';
import { salePoolEmptied, salePoolFilled } from './catalog.events.ts';
import { stockChanges } from './catalog.rules.ts';
import { emptyPool, fillPool, type PooledLevels, type SalePool } from './sale-pools.rules.ts';
import { insertPools, lockPools, readPoolSkus, updatePools } from './sale-pools.store.ts';
import { lockStock, updateStock } from './stock.store.ts';
import { tellAvailability } from './tell-availability.ts';

/**
 * Sets units aside when a flash sale is about to open, and gives back what is left of them when it
 * is over. order tells of a sale's end only after it heard that the pool is filled, so the two never
 * overtake each other; each counts once, however often it is told.
 */
export const keepSalePools = defineConsumer({
  name: 'catalog.keep-sale-pools',
  // That of the holds: they lock the same rows.
  lane: 'catalog',
  on: [flashSaleOpening, flashSaleEnded],
  ordering: 'commutative',
  handle: async (tx, events) => {
    const opening = events.filter(isOpening).map(({ payload }) => payload);
    const ended = events.filter(isEnd).map(({ payload }) => payload.flashSaleId);
    const skuIds = new Set([
      ...opening.map(({ skuId }) => skuId),
      ...(await readPoolSkus(tx, ended)),
    ]);
    const stock = await lockStock(tx, [...skuIds]);
    const openingIds = opening.map(({ flashSaleId }) => flashSaleId);
    const known = await lockPools(tx, [...openingIds, ...ended]);
    const levels = new Map([...stock].map(([skuId, row]) => [skuId, { ...row }]));

    const fresh = new Map<Id, SalePool>();
    for (const { flashSaleId, ...wanted } of opening) {
      if (known.has(flashSaleId) || fresh.has(flashSaleId)) continue;
      const pool = fillPool(levels.get(wanted.skuId), wanted);
      fresh.set(flashSaleId, pool);
      const payload = { flashSaleId, quantity: pool.open };
      recordEvents(tx, salePoolFilled.of(flashSaleId, 1, payload));
    }
    if (fresh.size > 0) await insertPools(tx, fresh);
    await endSales(tx, ended, known, levels);

    const changes = stockChanges(stock, levels);
    if (changes.length > 0) await updateStock(tx, changes);
    tellAvailability(
      tx,
      changes.filter((change) => change.crossed),
    );
  },
});

async function endSales(
  tx: Transaction,
  flashSaleIds: readonly Id[],
  pools: ReadonlyMap<Id, SalePool>,
  levels: ReadonlyMap<Id, PooledLevels>,
): Promise<void> {
  const emptied = new Map<Id, SalePool>();
  for (const flashSaleId of flashSaleIds) {
    const pool = pools.get(flashSaleId);
    if (!pool) throw new Error(`the flash sale ${flashSaleId} ended and never had units`);
    if (pool.isOver) continue;
    const returnedQuantity = emptyPool(levels.get(pool.skuId), pool);
    emptied.set(flashSaleId, pool);
    recordEvents(tx, salePoolEmptied.of(flashSaleId, 2, { flashSaleId, returnedQuantity }));
  }
  if (emptied.size > 0) await updatePools(tx, emptied);
}

type Event = EventOf<typeof flashSaleOpening | typeof flashSaleEnded>;

const isOpening = (event: Event) => event.name === 'order.flash-sale-opening';
const isEnd = (event: Event) => event.name === 'order.flash-sale-ended';
