import { hotStatement } from '../../../platform/database/hot-statements.ts';
import { getTableColumns } from 'drizzle-orm';
import type { MySqlTable } from 'drizzle-orm/mysql-core';
import { bulkParameter, bulkRows, hex } from '../../../platform/database/bulk.ts';
import { insertInto } from '../../../platform/database/insert-into.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { compareIds, idFromBytes, type Id } from '../../../platform/ids/id.ts';
import type { CouponTerms } from '../../coupon/coupon.events.ts';
import { couponCopies, memberCouponCopies, skuCopies } from '../order.tables.ts';
import type { SkuFacts } from './copies.rules.ts';

export type SkuCopy = SkuFacts & { version: number };

const upsertSkus = insertInto(skuCopies, { onDuplicate: replaceWhenNewer(skuCopies) });

export async function upsertSkuCopies(tx: Transaction, copies: readonly SkuCopy[]): Promise<void> {
  await upsertSkus(
    tx,
    copies
      .toSorted((a, b) => compareIds(a.skuId, b.skuId))
      .map((copy) => ({ ...copy, onSale: copy.onSale ? 1 : 0 })),
  );
}

type CouponCopy = CouponTerms & { couponId: Id; version: number };

const upsertCoupons = insertInto(couponCopies, { onDuplicate: replaceWhenNewer(couponCopies) });

export async function upsertCouponCopies(
  tx: Transaction,
  copies: readonly CouponCopy[],
): Promise<void> {
  await upsertCoupons(
    tx,
    copies.map((copy) => ({ ...copy, scope: JSON.stringify(copy.scope) })),
  );
}

export const insertMemberCouponCopies = insertInto(memberCouponCopies, {
  leftToDefault: ['copiedAt'],
  onDuplicate: 'expires_at = VALUES(expires_at)',
});

/** Latest wins: a row with the same or a newer version stays as it is. */
function replaceWhenNewer(table: MySqlTable): string {
  const names = Object.values(getTableColumns(table))
    .filter((column) => !column.primary && column.name !== 'version')
    .map((column) => column.name);
  // `version` comes last, since each of the others looks at the one that is stored.
  return [...names, 'version']
    .map((name) => `${name} = IF(VALUES(version) > version, VALUES(${name}), ${name})`)
    .join(', ');
}

const READ_SKU_FACTS = hotStatement(`
  SELECT s.sku_id AS skuId, s.product_id AS productId, s.type_id AS typeId,
         s.name, s.options,
         s.thumbnail_url AS thumbnailUrl, s.list_price AS listPrice,
         s.discount_percent AS discountPercent, s.price_delta AS priceDelta,
         s.tax_type AS taxType, s.on_sale AS onSale
  FROM ${bulkRows('wanted', { sku_id: 'id' })}
  STRAIGHT_JOIN order_sku_copies AS s FORCE INDEX (PRIMARY) ON s.sku_id = UNHEX(wanted.sku_id)`);

/** What order knows of SKUs. */
export async function readSkuFacts(
  database: Database,
  skuIds: readonly Id[],
): Promise<Map<Id, SkuFacts>> {
  if (skuIds.length === 0) return new Map();
  const rows = await database.select<
    Omit<SkuFacts, 'skuId' | 'productId' | 'typeId' | 'onSale'> & {
      skuId: Buffer;
      productId: Buffer;
      typeId: Buffer | null;
      onSale: number;
    }
  >(READ_SKU_FACTS, [bulkParameter(skuIds.map((id) => [hex(id)]))]);
  return new Map(
    rows.map(({ skuId, productId, typeId, onSale, ...facts }) => {
      const id = idFromBytes(skuId);
      const ids = { productId: idFromBytes(productId), typeId: typeId && idFromBytes(typeId) };
      return [id, { skuId: id, ...ids, onSale: onSale === 1, ...facts }];
    }),
  );
}

/** A member's coupon with what it is worth. */
export type UsableCoupon = { memberId: Id; expiresAt: Date; terms: CouponTerms };

const READ_USABLE_COUPONS = hotStatement(`
  SELECT m.member_coupon_id AS memberCouponId, m.member_id AS memberId,
         m.expires_at AS expiresAt, c.kind, c.discount_amount AS discountAmount,
         c.percent, c.max_discount_amount AS maxDiscountAmount,
         c.min_order_amount AS minOrderAmount, c.scope
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN order_member_coupon_copies AS m FORCE INDEX (PRIMARY) ON m.member_coupon_id = UNHEX(wanted.id)
  STRAIGHT_JOIN order_coupon_copies AS c FORCE INDEX (PRIMARY) ON c.coupon_id = m.coupon_id`);

/** What order knows of members' coupons. */
export async function readUsableCoupons(
  database: Database,
  memberCouponIds: readonly Id[],
): Promise<Map<Id, UsableCoupon>> {
  if (memberCouponIds.length === 0) return new Map();
  const rows = await database.select<
    Omit<CouponTerms, 'scope'> & {
      memberCouponId: Buffer;
      memberId: Buffer;
      expiresAt: Date;
      scope: string | null;
    }
  >(READ_USABLE_COUPONS, [bulkParameter(memberCouponIds.map((id) => [hex(id)]))]);
  return new Map(
    rows.map(({ memberCouponId, memberId, expiresAt, scope, ...terms }) => [
      idFromBytes(memberCouponId),
      { memberId: idFromBytes(memberId), expiresAt, terms: { ...terms, scope: scopeOf(scope) } },
    ]),
  );
}

/** A copy from before scopes mattered here covers everything. */
function scopeOf(scope: string | null): CouponTerms['scope'] {
  return scope === null ? { kind: 'all', ids: [] } : (JSON.parse(scope) as CouponTerms['scope']);
}
