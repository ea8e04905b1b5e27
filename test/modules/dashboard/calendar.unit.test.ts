import { describe, expect, test } from 'vitest';
import {
  bucketsOf,
  dayOf,
  momentOf,
  wallClockOf,
  type Bucket,
  type BucketSize,
} from '../../../src/modules/dashboard/calendar.rules.ts';

const HOUR_MS = 3_600_000;

const day = (at: string, timeZone: string) => show(dayOf(Date.parse(at), wallClockOf(timeZone)));

const buckets = (from: string, to: string, by: BucketSize, timeZone: string) =>
  bucketsOf({ fromMs: Date.parse(from), toMs: Date.parse(to) }, by, wallClockOf(timeZone));

const show = ({ fromMs, toMs, label }: Bucket) =>
  `${label} from ${new Date(fromMs).toISOString().slice(0, 16)}, ${(toMs - fromMs) / HOUR_MS} h`;

const moment = (text: string, edge: 'from' | 'to', timeZone = 'Asia/Seoul') => {
  const atMs = momentOf(text, edge, wallClockOf(timeZone));
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
};

describe('a day of the shop', () => {
  test('begins at midnight of its time zone', () => {
    expect(day('2026-11-19T14:59:59.999Z', 'Asia/Seoul')).toBe(
      '2026-11-19 from 2026-11-18T15:00, 24 h',
    );
    expect(day('2026-11-19T15:00:00.000Z', 'Asia/Seoul')).toBe(
      '2026-11-20 from 2026-11-19T15:00, 24 h',
    );
  });

  test('begins at half past or at a quarter to, where clocks differ from UTC by that', () => {
    expect(day('2026-11-20T12:00:00Z', 'Asia/Kolkata')).toBe(
      '2026-11-20 from 2026-11-19T18:30, 24 h',
    );
    expect(day('2026-11-20T12:00:00Z', 'Asia/Kathmandu')).toBe(
      '2026-11-20 from 2026-11-19T18:15, 24 h',
    );
  });

  test('is an hour shorter or longer when its clocks change', () => {
    expect(day('2026-03-08T12:00:00Z', 'America/New_York')).toBe(
      '2026-03-08 from 2026-03-08T05:00, 23 h',
    );
    expect(day('2026-11-01T12:00:00Z', 'America/New_York')).toBe(
      '2026-11-01 from 2026-11-01T04:00, 25 h',
    );
  });

  test('begins at 01:00 where the clocks leave its midnight out', () => {
    expect(day('2018-11-04T12:00:00Z', 'America/Sao_Paulo')).toBe(
      '2018-11-04 from 2018-11-04T03:00, 23 h',
    );
  });

  test('begins at the first of two midnights', () => {
    expect(day('2025-11-02T12:00:00Z', 'America/Havana')).toBe(
      '2025-11-02 from 2025-11-02T04:00, 25 h',
    );
  });
});

describe('buckets of a range', () => {
  test('are whole ones, all that it touches', () => {
    expect(
      buckets('2026-11-20T14:30:00Z', '2026-11-20T15:00:00.001Z', 'hour', 'Asia/Seoul').map(show),
    ).toEqual([
      '2026-11-20 23:00 from 2026-11-20T14:00, 1 h',
      '2026-11-21 00:00 from 2026-11-20T15:00, 1 h',
    ]);
    expect(
      buckets('2026-01-31T15:00:00Z', '2026-02-28T15:00:00Z', 'month', 'Asia/Seoul').map(show),
    ).toEqual(['2026-02 from 2026-01-31T15:00, 672 h']);
  });

  test('show an hour that comes twice as two', () => {
    const labels = buckets(
      '2026-11-01T04:00:00Z',
      '2026-11-01T08:00:00Z',
      'hour',
      'America/New_York',
    );
    expect(labels.map(show)).toEqual([
      '2026-11-01 00:00 from 2026-11-01T04:00, 1 h',
      '2026-11-01 01:00 from 2026-11-01T05:00, 1 h',
      '2026-11-01 01:00 from 2026-11-01T06:00, 1 h',
      '2026-11-01 02:00 from 2026-11-01T07:00, 1 h',
    ]);
  });

  test('follow clocks that change by half an hour', () => {
    const labels = buckets(
      '2026-04-04T14:00:00Z',
      '2026-04-04T17:00:00Z',
      'hour',
      'Australia/Lord_Howe',
    );
    expect(labels.map(show)).toEqual([
      '2026-04-05 01:00 from 2026-04-04T14:00, 1 h',
      '2026-04-05 01:30 from 2026-04-04T15:00, 0.5 h',
      '2026-04-05 02:00 from 2026-04-04T15:30, 1 h',
      '2026-04-05 03:00 from 2026-04-04T16:30, 1 h',
    ]);
  });

  test('leave out a day that a place never had', () => {
    const labels = buckets('2011-12-29T10:00:00Z', '2011-12-31T10:00:00Z', 'day', 'Pacific/Apia');
    expect(labels.map(({ label }) => label)).toEqual(['2011-12-29', '2011-12-31']);
  });

  test.each(['Asia/Seoul', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC'])(
    'leave no gap and do not overlap in %s',
    (timeZone) => {
      for (const by of ['hour', 'day', 'month'] as const) {
        const all = buckets('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', by, timeZone);
        const starts = all.slice(1).map(({ fromMs }) => fromMs);
        expect(starts).toEqual(all.slice(0, -1).map(({ toMs }) => toMs));
      }
    },
  );

  test('begin on quarters of an hour in every time zone there is', () => {
    const unaligned = Intl.supportedValuesOf('timeZone').filter((timeZone) =>
      buckets('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', 'month', timeZone).some(
        ({ fromMs }) => fromMs % (HOUR_MS / 4) !== 0,
      ),
    );
    expect(unaligned).toEqual([]);
  });
});

describe('an end of a range', () => {
  test('may be a moment with its offset', () => {
    expect(moment('2026-11-20T09:00:00.000Z', 'from')).toBe('2026-11-20T09:00:00.000Z');
    expect(moment('2026-11-20T09:00+09:00', 'to')).toBe('2026-11-20T00:00:00.000Z');
  });

  test('may be a date, which belongs to the range as a whole', () => {
    expect(moment('2026-11-20', 'from')).toBe('2026-11-19T15:00:00.000Z');
    expect(moment('2026-11-20', 'to')).toBe('2026-11-20T15:00:00.000Z');
    expect(moment('2026-11-01', 'to', 'America/New_York')).toBe('2026-11-02T05:00:00.000Z');
  });

  test.each([
    '',
    'today',
    '2026-02-30',
    '2026-13-01',
    '1999-12-31',
    '+002026-11-20',
    '2026-11-20T09:00:00',
    '2026-02-30T09:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T09:00:00Z[Asia/Seoul]',
    '2026-11-20 09:00:00Z',
  ])('is not %j', (text) => {
    expect(moment(text, 'from')).toBeUndefined();
  });
});
