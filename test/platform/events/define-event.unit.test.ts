import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { defineEvent, InvalidEvent } from '../../../src/platform/events/define-event.ts';
import { packEvents } from '../../../src/platform/events/envelope.ts';

const noted = defineEvent(
  'test.noted',
  Type.Object({ note: Type.String(), tags: Type.Array(Type.String()) }),
  // Version 1 had a single tag, version 2 none or one in a list.
  [
    ({ tag, ...rest }: { note: string; tag: string }) => ({ ...rest, tags: [tag] }),
    (payload: { note: string; tags: string[] }) => ({ ...payload, note: payload.note.trim() }),
  ],
);

const stored = (version: number, payload: unknown) => ({
  name: 'test.noted',
  version,
  aggregateId: 'a',
  aggregateVersion: 1,
  payload,
});

describe('an event', () => {
  it('has as many versions as upcasts, and one more', () => {
    expect(noted.of('a', 1, { note: 'x', tags: [] })).toEqual(stored(3, { note: 'x', tags: [] }));
  });

  it('is read in the newest version, whatever it was stored in', () => {
    const payload = { note: 'x', tags: ['t'] };
    expect(noted.read(stored(1, { note: ' x ', tag: 't' })).payload).toEqual(payload);
    expect(noted.read(stored(2, { note: ' x ', tags: ['t'] })).payload).toEqual(payload);
    expect(noted.read(stored(3, payload)).payload).toEqual(payload);
  });

  it('of a newer build is refused, not misread', () => {
    expect(() => noted.read(stored(4, {}))).toThrow('has version 4; this build knows 3');
  });

  it('whose upcast leads to something else than its schema is refused', () => {
    expect(() => noted.read(stored(2, { note: 'x', tags: 'none' }))).toThrow(InvalidEvent);
  });

  it('names the place that does not match', () => {
    const wrong = { note: 'x', tags: ['ok', 5] } as unknown as { note: string; tags: string[] };
    expect(() => noted.of('a', 1, wrong)).toThrow(/^test\.noted\/tags\/1 /);
  });
});

const event = (note: string) => noted.of('a', 1, { note, tags: [] });

describe('packing', () => {
  it('puts what fits into one envelope', () => {
    const packs = packEvents([event('one'), event('two')]);
    expect(packs).toHaveLength(1);
    expect(JSON.parse(packs[0]?.json ?? '')).toEqual(packs[0]?.events);
  });

  it('begins another one after a thousand events, or four megabytes', () => {
    const many = packEvents(Array.from({ length: 2500 }, (_, index) => event(String(index))));
    expect(many.map((pack) => pack.events.length)).toEqual([1000, 1000, 500]);
    const large = packEvents(Array.from({ length: 5 }, () => event('향'.repeat(500_000))));
    expect(large.map((pack) => pack.events.length)).toEqual([2, 2, 1]);
  });

  it('of nothing makes none', () => {
    expect(packEvents([])).toEqual([]);
  });
});
