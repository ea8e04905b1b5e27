import { Type } from 'typebox';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineEvent, field } from '../../src/platform/events/define-event.ts';
import { loadEvents, personalFields, type DefinedEvent } from './support/event-contracts.ts';
import { ownerOf, readFiles, ROOT, typeScriptFiles } from './support/source-files.ts';

/** They look like a person's, and are not. */
const NAMES_OF_GOODS = ['catalog.product-changed name', 'coupon.coupon-changed name'];

describe('the events', () => {
  let events: DefinedEvent[];

  beforeAll(async () => {
    events = await loadEvents();
  });

  it('have names of their own, which begin with their module', () => {
    const names = events.map(({ definition }) => definition.name);
    expect(names.length).toBeGreaterThan(10);
    expect(names).toEqual([...new Set(names)]);
    const strangers = events.filter(
      ({ path, definition }) => !definition.name.startsWith(`${ownerOf(path)}.`),
    );
    expect(strangers).toEqual([]);
    expect(names.filter((name) => !/^[a-z]+\.[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
  });

  it('are defined in the contracts alone, where these tests find them', async () => {
    const files = await readFiles(ROOT, await typeScriptFiles(ROOT, ['src']));
    const definitions = files.flatMap(({ path, text }) =>
      [...text.matchAll(/\bdefineEvent\(/g)].map(() => path),
    );
    expect(definitions.filter((path) => !path.endsWith('.events.ts'))).toEqual([]);
    expect(definitions.length).toBe(events.length);
  });

  it('tell nothing about a person', () => {
    const personal = events.flatMap(({ definition }) => personalFields(definition));
    expect(personal.filter((each) => !NAMES_OF_GOODS.includes(each))).toEqual([]);
  });
});

describe('the search for personal fields', () => {
  it('finds them in lists, in alternatives and inside of other fields', () => {
    const parcel = Type.Object({ roadAddress: field.text(9), weight: field.count() });
    const told = defineEvent(
      'test.told',
      Type.Object({
        loginId: field.text(9),
        couponId: field.id(),
        parcels: Type.Array(parcel),
        buyer: Type.Union([Type.Object({ phone: field.text(9) }), Type.Null()]),
      }),
    );
    expect(personalFields(told)).toEqual([
      'test.told loginId',
      'test.told parcels.roadAddress',
      'test.told buyer.phone',
    ]);
  });
});
