import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import { page, type PageRequest } from '../../../platform/http/page.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { SkuFacts } from '../copies/copies.rules.ts';
import { readSkuFacts } from '../copies/copies.store.ts';
import { remainingUnits } from './flash-sales.rules.ts';
import { shownState } from './gate-terms.rules.ts';
import { findSale, listCurrentSales, listSales, type FoundSale } from './flash-sales.store.ts';

export type ShowFlashSales = ReturnType<typeof createShowFlashSales>;

/** Flash sales as shoppers and as admins see them. */
export function createShowFlashSales({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** Throws `not_found`. */
    toShoppers: async (id: Id) => {
      const found = await find(id);
      const [view] = await withProducts([found]);
      if (!view) throw new Error(`nothing is known of what ${id} sells`);
      return view;
    },

    /** Those that are open or to come. */
    current: (request: PageRequest) =>
      page(request, async (limit, beforeId) =>
        withProducts(await listCurrentSales(database, { now: clock.now(), limit, beforeId })),
      ),

    /** Throws `not_found`. */
    toAdmins: async (id: Id) => adminView(await find(id)),

    all: (request: PageRequest) =>
      page(request, async (limit, beforeId) =>
        (await listSales(database, { limit, beforeId })).map(adminView),
      ),
  };

  async function find(id: Id): Promise<FoundSale> {
    const found = await findSale(database, id);
    if (!found) throw notFound('There is no such flash sale');
    return found;
  }

  async function withProducts(sales: readonly FoundSale[]) {
    const skus = await readSkuFacts(database, [...new Set(sales.map(({ sale }) => sale.skuId))]);
    const now = clock.now();
    return sales.flatMap((found) => {
      const sku = skus.get(found.sale.skuId);
      return sku ? [shopperView(found, sku, now)] : [];
    });
  }
}

function termsView({ sale, counters }: FoundSale) {
  return {
    id: sale.id,
    skuId: sale.skuId,
    price: sale.price,
    quantity: counters.quantity,
    remainingCount: remainingUnits(counters),
    opensAt: sale.opensAt.toISOString(),
    closesAt: sale.closesAt.toISOString(),
    paymentWindowSeconds: sale.paymentWindowSeconds,
  };
}

function shopperView(found: FoundSale, sku: SkuFacts, now: Date) {
  return {
    ...termsView(found),
    productId: sku.productId,
    name: sku.name,
    options: sku.options,
    thumbnailUrl: sku.thumbnailUrl,
    listPrice: sku.listPrice + sku.priceDelta,
    state: shownState({ ...found.sale, ...found.counters }, now),
  };
}

function adminView(found: FoundSale) {
  const { sale, counters } = found;
  return {
    ...termsView(found),
    lineLimit: sale.lineLimit,
    state: counters.state,
    issuedCount: counters.issued,
    admittedCount: counters.admitted,
    takenCount: counters.taken,
    soldCount: counters.sold,
    returnedCount: counters.returned,
    createdAt: sale.createdAt.toISOString(),
  };
}
