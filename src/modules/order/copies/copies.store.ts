import { bulkParameter, bulkRows, hex, sqlMoment } from '../../../platform/database/bulk.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import type { CouponTerms } from '../../coupon/coupon.events.ts';
import type { SkuFacts } from './copies.rules.ts';

const SKU_COLUMNS = bulkRows('s', {
  sku_id: 'id',
  product_id: 'id',
  type_id: 'id',
  name: 'varchar',
  options: 'text',
  thumbnail_url: 'text',
  list_price: 'bigint',
  discount_percent: 'bigint',
  price_delta: 'bigint',
  tax_type: 'varchar',
  on_sale: 'bigint',
  version: 'bigint',
});

/** Columns that a newer version replaces; `version` itself comes last, since each looks at it. */
const SKU_REPLACED = [
  'type_id',
  'name',
  'options',
  'thumbnail_url',
  'list_price',
  'discount_percent',
  'price_delta',
  'tax_type',
  'on_sale',
  'version',
];

const UPSERT_SKUS = `
  INSERT INTO order_sku_copies
    (sku_id, product_id, type_id, name, options, thumbnail_url, list_price, discount_percent, price_delta,
     tax_type, on_sale, version)
  SELECT UNHEX(s.sku_id), UNHEX(s.product_id), UNHEX(s.type_id), s.name, s.options, s.thumbnail_url, s.list_price,
         s.discount_percent, s.price_delta, s.tax_type, s.on_sale, s.version
  FROM ${SKU_COLUMNS}
  ON DUPLICATE KEY UPDATE ${replaceWhenNewer('order_sku_copies', SKU_REPLACED)}`;

const UPSERT_COUPONS = `
  INSERT INTO order_coupon_copies
    (coupon_id, kind, discount_amount, percent, max_discount_amount, min_order_amount, scope, version)
  SELECT UNHEX(c.coupon_id), c.kind, c.discount_amount, c.percent, c.max_discount_amount,
         c.min_order_amount, c.scope, c.version
  FROM ${bulkRows('c', {
    coupon_id: 'id',
    kind: 'varchar',
    discount_amount: 'bigint',
    percent: 'bigint',
    max_discount_amount: 'bigint',
    min_order_amount: 'bigint',
    scope: 'text',
    version: 'bigint',
  })}
  ON DUPLICATE KEY UPDATE ${replaceWhenNewer('order_coupon_copies', [
    'kind',
    'discount_amount',
    'percent',
    'max_discount_amount',
    'min_order_amount',
    'scope',
    'version',
  ])}`;

const INSERT_MEMBER_COUPONS = `
  INSERT INTO order_member_coupon_copies (member_coupon_id, coupon_id, member_id, expires_at)
  SELECT UNHEX(m.member_coupon_id), UNHEX(m.coupon_id), UNHEX(m.member_id), m.expires_at
  FROM ${bulkRows('m', {
    member_coupon_id: 'id',
    coupon_id: 'id',
    member_id: 'id',
    expires_at: 'moment',
  })}
  ON DUPLICATE KEY UPDATE order_member_coupon_copies.expires_at = VALUES(expires_at)`;

/** Latest wins: a row with the same or a newer version stays as it is. */
function replaceWhenNewer(table: string, columns: readonly string[]): string {
  return columns
    .map((column) => {
      const own = `${table}.${column}`;
      return `${own} = IF(VALUES(version) > ${table}.version, VALUES(${column}), ${own})`;
    })
    .join(', ');
}

export type SkuCopy = SkuFacts & { version: number };

export async function upsertSkuCopies(tx: Transaction, copies: readonly SkuCopy[]): Promise<void> {
  const sorted = copies.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1));
  await tx.write(UPSERT_SKUS, [
    bulkParameter(
      sorted.map((copy) => [
        hex(copy.skuId),
        hex(copy.productId),
        copy.typeId && hex(copy.typeId),
        copy.name,
        copy.options,
        copy.thumbnailUrl,
        copy.listPrice,
        copy.discountPercent,
        copy.priceDelta,
        copy.taxType,
        copy.onSale ? 1 : 0,
        copy.version,
      ]),
    ),
  ]);
}

export async function upsertCouponCopies(
  tx: Transaction,
  copies: readonly (CouponTerms & { couponId: Id; version: number })[],
): Promise<void> {
  await tx.write(UPSERT_COUPONS, [
    bulkParameter(
      copies.map((copy) => [
        hex(copy.couponId),
        copy.kind,
        copy.discountAmount,
        copy.percent,
        copy.maxDiscountAmount,
        copy.minOrderAmount,
        JSON.stringify(copy.scope),
        copy.version,
      ]),
    ),
  ]);
}

export type MemberCouponCopy = {
  memberCouponId: Id;
  couponId: Id;
  memberId: Id;
  /** As the event has it: without a Date for each of a crowd's coupons. */
  expiresAt: string;
};

export async function insertMemberCouponCopies(
  tx: Transaction,
  copies: readonly MemberCouponCopy[],
): Promise<void> {
  await tx.write(INSERT_MEMBER_COUPONS, [
    bulkParameter(
      copies.map((copy) => [
        hex(copy.memberCouponId),
        hex(copy.couponId),
        hex(copy.memberId),
        sqlMoment(copy.expiresAt),
      ]),
    ),
  ]);
}

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
  >(
    `SELECT s.sku_id AS skuId, s.product_id AS productId, s.type_id AS typeId,
            s.name, s.options,
            s.thumbnail_url AS thumbnailUrl, s.list_price AS listPrice,
            s.discount_percent AS discountPercent, s.price_delta AS priceDelta,
            s.tax_type AS taxType, s.on_sale AS onSale
     FROM ${bulkRows('wanted', { sku_id: 'id' })}
     STRAIGHT_JOIN order_sku_copies AS s FORCE INDEX (PRIMARY) ON s.sku_id = UNHEX(wanted.sku_id)`,
    [bulkParameter(skuIds.map((id) => [hex(id)]))],
  );
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
  >(
    `SELECT m.member_coupon_id AS memberCouponId, m.member_id AS memberId,
            m.expires_at AS expiresAt, c.kind, c.discount_amount AS discountAmount,
            c.percent, c.max_discount_amount AS maxDiscountAmount,
            c.min_order_amount AS minOrderAmount, c.scope
     FROM ${bulkRows('wanted', { id: 'id' })}
     STRAIGHT_JOIN order_member_coupon_copies AS m FORCE INDEX (PRIMARY) ON m.member_coupon_id = UNHEX(wanted.id)
     STRAIGHT_JOIN order_coupon_copies AS c FORCE INDEX (PRIMARY) ON c.coupon_id = m.coupon_id`,
    [bulkParameter(memberCouponIds.map((id) => [hex(id)]))],
  );
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
