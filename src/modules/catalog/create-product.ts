import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { invalidInput, type InvalidPlace } from '../../platform/errors/validation-error.ts';
import { recordEvents } from '../../platform/events/record-events.ts';
import type { InTransaction } from '../../platform/events/transactions.ts';
import type { Id } from '../../platform/ids/id.ts';
import { MAX_KRW, skuPrice } from '../../platform/money/krw.ts';
import { availabilityOf } from './catalog.rules.ts';
import { insertProducts } from './import-products.store.ts';
import { changedEvent, productFromDraft, type ProductDraft } from './product-drafts.ts';
import { typeExists, unknownStyles } from './product.store.ts';
import { tellAvailability } from './tell-availability.ts';

export type CreateProduct = (adminId: Id, draft: ProductDraft) => Promise<Id>;

/**
 * Puts a product on sale, with its SKUs and their first stock. Throws `validation_failed` when its
 * type or a style does not exist, or when a SKU would cost less than nothing or more
 * than there can be.
 */
export function createCreateProduct(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
}): CreateProduct {
  return async function createProduct(adminId, draft) {
    const places = [
      ...(await unknownReferences(parts.database, draft)),
      ...impossiblePrices(draft.listPrice, draft.discountPercent, draft.skus),
    ];
    if (places.length > 0) throw invalidInput(places);

    const full = productFromDraft(draft, parts.clock.now());
    const store = async (tx: Transaction) => {
      await insertProducts(tx, [full]);
      await recordAudit(tx, {
        adminId,
        action: 'catalog.create-product',
        subjectId: full.product.id,
        detail: { listPrice: draft.listPrice, skus: draft.skus.length },
      });
      recordEvents(tx, changedEvent(full));
      // Whoever has heard nothing of a SKU takes it to be in stock.
      const stock = full.skus.map((sku) => sku.stock);
      tellAvailability(
        tx,
        stock.filter(({ open }) => availabilityOf(open) !== 'in_stock'),
      );
    };
    await parts.inTransaction(store, { makes: full.product.id });
    return full.product.id;
  };
}

/** Places that name a type or style which does not exist. */
export async function unknownReferences(
  database: Database,
  wanted: { typeId?: Id | undefined; styleIds?: readonly Id[] | undefined },
): Promise<InvalidPlace[]> {
  const places: InvalidPlace[] = [];
  if (wanted.typeId !== undefined && !(await typeExists(database, wanted.typeId))) {
    places.push({ path: '/typeId', message: 'is no type of this shop' });
  }
  const { styleIds = [] } = wanted;
  const unknown = styleIds.length > 0 ? await unknownStyles(database, styleIds) : [];
  for (const id of unknown) {
    places.push({ path: `/styleIds/${styleIds.indexOf(id)}`, message: 'is no style of this shop' });
  }
  return places;
}

/**
 * SKUs whose difference would take their price below zero, or before the discount above the most that
 * money may be.
 */
export function impossiblePrices(
  listPrice: number,
  discountPercent: number,
  skus: readonly { priceDelta: number }[],
): InvalidPlace[] {
  return skus.flatMap(({ priceDelta }, index) => {
    const path = `/skus/${index}/priceDelta`;
    if (skuPrice(listPrice, discountPercent, priceDelta) < 0) {
      return [{ path, message: 'takes the price below zero' }];
    }
    const isTooMuch = listPrice + priceDelta > MAX_KRW;
    return isTooMuch ? [{ path, message: `takes the price above ${MAX_KRW} KRW` }] : [];
  });
}
