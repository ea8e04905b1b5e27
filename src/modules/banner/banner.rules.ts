/** What must be right about a banner. */
export type BannerFacts = {
  imageUrl: string | null;
  linkUrl: string | null;
  startsAt: Date;
  endsAt: Date | null;
};

export type BannerFault = { path: string; message: string };

const EARLIEST_MS = Date.UTC(2000, 0, 1);
/** The database's calendar ends with the year 9999. */
const LATEST_MS = Date.UTC(10_000, 0, 1) - 1;

/** Everything that is wrong with a banner; none when it may be stored. */
export function faultsIn(banner: BannerFacts): BannerFault[] {
  const faults: BannerFault[] = [];
  for (const name of ['imageUrl', 'linkUrl'] as const) {
    const address = banner[name];
    if (address !== null && !isAddress(address)) {
      faults.push({ path: `/${name}`, message: 'must be an http(s) address or a path from /' });
    }
  }
  for (const name of ['startsAt', 'endsAt'] as const) {
    const moment = banner[name];
    if (moment !== null && !isInCalendar(moment)) {
      faults.push({ path: `/${name}`, message: 'must be a moment in the years 2000 to 9999' });
    }
  }
  if (banner.endsAt !== null && banner.endsAt <= banner.startsAt) {
    faults.push({ path: '/endsAt', message: 'must be after startsAt' });
  }
  return faults;
}

/**
 * Browsers follow these, so schemes that run code (`javascript:`, `data:`) stay out, and so do `//`
 * and `/\`, which look like a path and lead to another host.
 */
function isAddress(text: string): boolean {
  if (/^https?:\/\/\S+$/i.test(text)) return URL.canParse(text);
  return /^\/(?![/\\])\S*$/.test(text);
}

/** An invalid Date has no time at all, and compares as neither before nor after. */
function isInCalendar(moment: Date): boolean {
  return moment.getTime() >= EARLIEST_MS && moment.getTime() <= LATEST_MS;
}
