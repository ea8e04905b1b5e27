import { describe, expect, test } from 'vitest';
import { faultsIn, type BannerFacts } from '../../../src/modules/banner/banner.rules.ts';

const banner: BannerFacts = {
  imageUrl: null,
  linkUrl: null,
  startsAt: new Date('2026-11-20T00:00:00.000Z'),
  endsAt: null,
};

const faultyPaths = (changes: Partial<BannerFacts>) =>
  faultsIn({ ...banner, ...changes }).map((fault) => fault.path);

describe('the window of a banner', () => {
  test('may stay open for good, or end after it began', () => {
    expect(faultyPaths({})).toEqual([]);
    expect(faultyPaths({ endsAt: new Date('2026-11-20T00:00:00.001Z') })).toEqual([]);
  });

  test('must not end when or before it begins', () => {
    expect(faultyPaths({ endsAt: banner.startsAt })).toEqual(['/endsAt']);
    expect(faultyPaths({ endsAt: new Date('2026-11-19T00:00:00.000Z') })).toEqual(['/endsAt']);
  });

  test('must be made of moments that the database can keep', () => {
    expect(faultyPaths({ startsAt: new Date('no moment') })).toEqual(['/startsAt']);
    expect(faultyPaths({ startsAt: new Date('0001-01-01T00:00:00.000Z') })).toEqual(['/startsAt']);
    expect(faultyPaths({ endsAt: new Date('9999-12-31T23:59:59.000-01:00') })).toEqual(['/endsAt']);
  });
});

describe('the addresses of a banner', () => {
  test.each([
    'https://shop.example/sale?from=main#now',
    'http://shop.example',
    'HTTPS://shop.example/',
    '/products',
    '/',
  ])('may be %s', (address) => {
    expect(faultyPaths({ imageUrl: address, linkUrl: address })).toEqual([]);
  });

  test.each([
    '',
    'products',
    'javascript:alert(1)',
    'data:text/html,hello',
    'ftp://shop.example/a.png',
    '//other.example/a.png',
    String.raw`/\other.example`,
    ' https://shop.example',
    'https://',
    'https://shop.example/a b',
    '/a\n/b',
  ])('must not be %j', (address) => {
    expect(faultyPaths({ imageUrl: address, linkUrl: address })).toEqual(['/imageUrl', '/linkUrl']);
  });
});
