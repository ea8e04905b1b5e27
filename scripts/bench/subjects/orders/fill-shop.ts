import type { App } from '../../../../src/app.ts';
import type { Database } from '../../../../src/platform/database/database.ts';
import { idFromBytes, type Id } from '../../../../src/platform/ids/id.ts';
import { demoMembers } from '../../../seed/demo-members.ts';
import { demoProducts } from '../../../seed/demo-products.ts';

/** Units of each SKU, and KRW of each member: no run comes near the end of either. */
const PLENTY = 1_000_000_000;

/** Puts products of the demonstration shop on sale, and gives the ids of their SKUs. */
export async function stockShelves(app: App, database: Database, products: number): Promise<Id[]> {
  const { catalog } = app.modules;
  const type = await catalog.labels.create(null, 'type', '향수');
  const style = await catalog.labels.create(null, 'style', '시트러스');
  await catalog.importProducts(drafts(products, type.id, style.id), () => undefined);
  await catalog.republishProducts(() => undefined);
  await app.backbone.settled();
  const rows = await database.select<{ id: Buffer }>('SELECT id FROM catalog_skus ORDER BY id');
  return rows.map((row) => idFromBytes(row.id));
}

function* drafts(products: number, typeId: Id, styleId: Id) {
  for (const { name, description, listPrice, discountPercent, skus, pictureKey } of demoProducts(
    products,
  )) {
    yield {
      name,
      description,
      typeId,
      styleIds: [styleId],
      listPrice,
      discountPercent,
      taxType: 'taxable' as const,
      images: [`/images/${pictureKey}.webp`],
      skus: skus.map((sku) => ({ ...sku, stock: PLENTY })),
    };
  }
}

/**
 * Opens accounts with full wallets, and gives the members' ids.
 * @param emptyEvery each member at a multiple of this place has nothing; none when 0
 */
export async function openAccounts(app: App, members: number, emptyEvery: number): Promise<Id[]> {
  return app.modules.user.importMembers(
    [...demoMembers(members)].map((member, place) => ({
      ...member,
      password: 'a password of the bench',
      freeAmount: emptyEvery > 0 && place % emptyEvery === 0 ? 0 : PLENTY,
    })),
  );
}
