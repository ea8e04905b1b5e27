import { and, asc, desc, eq, gt, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { Id } from '../../platform/ids/id.ts';
import { banners } from './banner.tables.ts';

export type BannerRow = typeof banners.$inferSelect;

/** What admins decide about a banner. */
export type BannerContent = Omit<BannerRow, 'id' | 'version' | 'createdAt'>;

export async function insertBanner(
  tx: Transaction,
  banner: { id: Id } & BannerContent,
): Promise<void> {
  await tx.orm.insert(banners).values(banner);
}

export async function findBanner(database: Database, id: Id): Promise<BannerRow | undefined> {
  const [row] = await database.orm.select().from(banners).where(eq(banners.id, id));
  return row;
}

/** Locks a banner, so that what is decided on it still holds when it is written. */
export async function lockBanner(tx: Transaction, id: Id): Promise<BannerRow | undefined> {
  const [row] = await tx.orm.select().from(banners).where(eq(banners.id, id)).for('update');
  return row;
}

export async function updateBanner(
  tx: Transaction,
  id: Id,
  changes: Partial<BannerContent>,
): Promise<void> {
  await tx.orm
    .update(banners)
    .set({ ...changes, version: sql`${banners.version} + 1` })
    .where(eq(banners.id, id));
}

export async function removeBanner(tx: Transaction, id: Id): Promise<void> {
  await tx.orm.delete(banners).where(eq(banners.id, id));
}

/** The banners of a placement that are shown at `now`, in their order. */
export async function listShownBanners(
  database: Database,
  wanted: { placement: string; now: Date; limit: number },
): Promise<BannerRow[]> {
  return database.orm
    .select()
    .from(banners)
    .where(
      and(
        eq(banners.placement, wanted.placement),
        lte(banners.startsAt, wanted.now),
        or(isNull(banners.endsAt), gt(banners.endsAt, wanted.now)),
      ),
    )
    .orderBy(asc(banners.position), asc(banners.id))
    .limit(wanted.limit);
}

/** Every banner, newest first; `beforeId` continues after that one. */
export async function listAllBanners(
  database: Database,
  page: { limit: number; beforeId: Id | undefined },
): Promise<BannerRow[]> {
  return database.orm
    .select()
    .from(banners)
    .where(page.beforeId === undefined ? undefined : lt(banners.id, page.beforeId))
    .orderBy(desc(banners.id))
    .limit(page.limit);
}
