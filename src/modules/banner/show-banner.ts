import type { Database } from '../../platform/database/database.ts';
import { notFound } from '../../platform/errors/problem.ts';
import type { Id } from '../../platform/ids/id.ts';
import { findBanner, type BannerRow } from './banner.store.ts';

export type ShowBanner = ReturnType<typeof createShowBanner>;

/** A banner as admins see it, whether it is shown now or not. Throws `not_found`. */
export function createShowBanner({ database }: { database: Database }) {
  return async function showBanner(id: Id) {
    const banner = await findBanner(database, id);
    if (!banner) throw notFound('There is no such banner');
    return adminBannerView(banner);
  };
}

export function adminBannerView(banner: BannerRow) {
  return {
    ...bannerView(banner),
    version: banner.version,
    createdAt: banner.createdAt.toISOString(),
  };
}

/** What shoppers and admins both see of a banner. */
export function bannerView(banner: BannerRow) {
  return {
    id: banner.id,
    placement: banner.placement,
    title: banner.title,
    imageUrl: banner.imageUrl,
    linkUrl: banner.linkUrl,
    startsAt: banner.startsAt.toISOString(),
    endsAt: banner.endsAt?.toISOString() ?? null,
    position: banner.position,
  };
}
