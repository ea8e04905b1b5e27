/**
 * What the clocks of a place show at a moment (milliseconds since 1970): as the milliseconds at which
 * clocks in UTC show the same date and time.
 */
export type WallClock = (atMs: number) => number;

/** From `fromMs` until just before `toMs`, in milliseconds since 1970. */
export type TimeRange = { fromMs: number; toMs: number };

export type BucketSize = 'hour' | 'day' | 'month';

export type Bucket = TimeRange & {
  /** Its start on the clocks of the place: `2026-11-20 09:00`, `2026-11-20` or `2026-11`. */
  label: string;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The clocks of an IANA time zone. Making them is slow, asking them is not. Throws RangeError for another name. */
export function wallClockOf(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    fractionalSecondDigits: 3,
  });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map((part) => [part.type, part.value]));
    const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    return Date.UTC(
      read('year'),
      read('month') - 1,
      read('day'),
      read('hour'),
      read('minute'),
      read('second'),
      read('fractionalSecond'),
    );
  };
}

const DATE = /^2\d{3}-\d{2}-\d{2}$/;
const MOMENT =
  /^2\d{3}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * The moment that a text names, in the years 2000 to 2999: an ISO 8601 moment with its offset from
 * UTC, or a date alone. A date begins a range with its first moment at the place, and ends one with
 * its last, so that a range from a date to a date holds both. Undefined for any other text.
 */
export function momentOf(text: string, edge: 'from' | 'to', clock: WallClock): number | undefined {
  const date = text.slice(0, 10);
  if (!isOnCalendar(date)) return undefined;
  if (MOMENT.test(text)) return Date.parse(text);
  if (!DATE.test(text)) return undefined;
  const wallMs = Date.parse(date);
  return firstMomentAt(edge === 'from' ? wallMs : wallMs + DAY_MS, clock);
}

/** Without this, 30 February would be taken for a day of March. */
function isOnCalendar(date: string): boolean {
  const parsedMs = Date.parse(date);
  return !Number.isNaN(parsedMs) && new Date(parsedMs).toISOString().startsWith(date);
}

/** The whole hours, days or months that a range touches, in order and without a gap. */
export function bucketsOf(range: TimeRange, by: BucketSize, clock: WallClock): Bucket[] {
  const buckets: Bucket[] = [];
  let startMs = startOf(by, range.fromMs, clock);
  while (startMs < range.toMs) {
    const bucket = bucketFrom(by, startMs, clock);
    buckets.push(bucket);
    startMs = bucket.toMs;
  }
  return buckets;
}

/** The day of the place that a moment lies in: 23 or 25 hours long when its clocks change. */
export function dayOf(atMs: number, clock: WallClock): Bucket {
  return bucketFrom('day', startOf('day', atMs, clock), clock);
}

/**
 * The first moment at which the clocks show `wallMs` or later. Where a change of clocks leaves that
 * time out (a day that begins at 01:00), it is the moment of the change; where it comes twice, the
 * first of both.
 */
function firstMomentAt(wallMs: number, clock: WallClock): number {
  // The clocks before and after any change nearby: no two changes lie within two days.
  const offsets = [wallMs - DAY_MS, wallMs + DAY_MS].map((nearMs) => clock(nearMs) - nearMs);
  const candidates = offsets.map((offset) => wallMs - offset);
  return Math.min(...candidates.filter((atMs) => clock(atMs) >= wallMs));
}

function bucketFrom(by: BucketSize, startMs: number, clock: WallClock): Bucket {
  return {
    fromMs: startMs,
    toMs: endOf(by, startMs, clock),
    label: labelOf(by, clock(startMs)),
  };
}

function startOf(by: BucketSize, atMs: number, clock: WallClock): number {
  const wallMs = clock(atMs);
  switch (by) {
    case 'hour':
      return atMs - (wallMs % HOUR_MS);
    case 'day':
      return firstMomentAt(wallMs - (wallMs % DAY_MS), clock);
    case 'month':
      return firstMomentAt(firstOfMonth(wallMs, 0), clock);
    default:
      throw new TypeError(`unknown: ${String(by satisfies never)}`);
  }
}

function endOf(by: BucketSize, startMs: number, clock: WallClock): number {
  const wallMs = clock(startMs);
  switch (by) {
    case 'hour':
      // Counted on: on the night when the clocks go back, the same hour comes twice, as two buckets.
      return startMs + HOUR_MS - (wallMs % HOUR_MS);
    case 'day':
      return firstMomentAt(wallMs - (wallMs % DAY_MS) + DAY_MS, clock);
    case 'month':
      return firstMomentAt(firstOfMonth(wallMs, 1), clock);
    default:
      throw new TypeError(`unknown: ${String(by satisfies never)}`);
  }
}

function firstOfMonth(wallMs: number, monthsLater: number): number {
  const wall = new Date(wallMs);
  return Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + monthsLater);
}

const LABEL_LENGTH: Record<BucketSize, number> = { hour: 16, day: 10, month: 7 };

function labelOf(by: BucketSize, wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, LABEL_LENGTH[by]).replace('T', ' ');
}
