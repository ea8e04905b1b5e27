import { describe, expect, test } from 'vitest';
import {
  demoProducts,
  MAX_DEMO_PRODUCTS,
  type DemoProduct,
} from '../../../scripts/seed/demo-products.ts';
import { demoStyles, styleStories } from '../../../scripts/seed/demo-styles.ts';
import { demoTypes } from '../../../scripts/seed/demo-types.ts';
import { productPictureKeys } from '../../../scripts/seed/picture-keys.ts';
import { relatedStyleKeys } from '../../../scripts/seed/styles/related-styles.ts';
import { brands } from '../../../scripts/seed/products/brands.ts';

const many = [...demoProducts(20_000)];

/** The products that break a rule, to be seen in the failure's message. */
const breaking = (rule: (product: DemoProduct) => boolean) => many.filter((it) => !rule(it));

function withoutBrand({ name }: DemoProduct, text: string): string {
  const brand = brands.find((it) => name.startsWith(`${it.name} `));
  return brand === undefined ? text : text.replaceAll(brand.name, '');
}

const unitPrice = ({ listPrice, discountPercent }: DemoProduct, priceDelta: number) =>
  Math.floor((listPrice * (100 - discountPercent)) / 100) + priceDelta;

describe('types and styles', () => {
  test('are twelve and forty, each with its own key and name', () => {
    for (const [labels, count] of [
      [demoTypes, 12],
      [demoStyles, 40],
    ] as const) {
      expect(new Set(labels.map(({ key }) => key)).size).toBe(count);
      expect(new Set(labels.map(({ name }) => name)).size).toBe(count);
      expect(labels).toHaveLength(count);
    }
  });

  test('are named in Korean', () => {
    for (const { name } of [...demoTypes, ...demoStyles]) expect(name).toMatch(/^[가-힣 ]+$/u);
  });

  test.each(styleStories)('$name does not name a note twice', ({ first, heart, last }) => {
    expect(new Set([...first, ...heart, ...last]).size).toBe(9);
  });

  test('are alike enough to some other style', () => {
    expect(demoStyles.filter(({ key }) => relatedStyleKeys(key).length === 0)).toEqual([]);
  });

  test('have scents that no other style has', () => {
    const scents = styleStories.flatMap((style) => style.scents);
    expect(new Set(scents).size).toBe(scents.length);
  });
});

describe('a demonstration product', () => {
  test('is the same each time, and however many are made', () => {
    expect([...demoProducts(50)]).toEqual([...demoProducts(500)].slice(0, 50));
  });

  test('has a name of its own', () => {
    expect(new Set(many.map(({ name }) => name)).size).toBe(many.length);
  });

  test('refers to types, styles and pictures that exist', () => {
    const types = new Set<string>(demoTypes.map(({ key }) => key));
    const styles = new Set(demoStyles.map(({ key }) => key));
    const pictures = new Set(productPictureKeys);
    expect(
      breaking(
        ({ typeKey, styleKeys, pictureKey }) =>
          types.has(typeKey) &&
          styleKeys.every((key) => styles.has(key)) &&
          pictures.has(pictureKey),
      ),
    ).toEqual([]);
  });

  test('has one to three different styles', () => {
    expect(
      breaking(
        ({ styleKeys }) =>
          styleKeys.length >= 1 &&
          styleKeys.length <= 3 &&
          new Set(styleKeys).size === styleKeys.length,
      ),
    ).toEqual([]);
  });

  test('costs a positive multiple of 100 in every size, after its discount too', () => {
    expect(
      breaking(
        (it) =>
          it.listPrice > 0 &&
          it.listPrice % 100 === 0 &&
          it.skus.every(
            ({ priceDelta }) => priceDelta % 100 === 0 && unitPrice(it, priceDelta) > 0,
          ),
      ),
    ).toEqual([]);
  });

  test('has a discount of 0 to 50 percent, and mostly none', () => {
    expect(breaking(({ discountPercent: p }) => Number.isInteger(p) && p >= 0 && p <= 50)).toEqual(
      [],
    );
    const plain = many.filter(({ discountPercent }) => discountPercent === 0);
    expect(plain.length).toBeGreaterThan(many.length / 2);
  });

  test('has one to four sizes that differ, the first at the list price', () => {
    expect(
      breaking(
        ({ skus }) =>
          skus.length >= 1 &&
          skus.length <= 4 &&
          skus[0]?.priceDelta === 0 &&
          new Set(skus.map(({ options }) => options)).size === skus.length &&
          skus.every(({ stock }) => Number.isInteger(stock) && stock >= 0),
      ),
    ).toEqual([]);
  });

  test('reads as Korean: only a brand may be in Latin letters', () => {
    expect(breaking((it) => /^[가-힣 ]+$/u.test(withoutBrand(it, it.name)))).toEqual([]);
    expect(breaking((it) => /^[가-힣 .,‘’]+$/u.test(withoutBrand(it, it.description)))).toEqual([]);
  });

  test('is described in four sentences or more', () => {
    expect(breaking(({ description }) => description.split('. ').length >= 4)).toEqual([]);
  });

  test('is refused where names would repeat', () => {
    expect(() => demoProducts(MAX_DEMO_PRODUCTS + 1).next()).toThrow(RangeError);
  });
});

test('every type, style and picture is used', () => {
  expect(new Set(many.map(({ typeKey }) => typeKey)).size).toBe(demoTypes.length);
  expect(new Set(many.flatMap(({ styleKeys }) => styleKeys)).size).toBe(demoStyles.length);
  expect(new Set(many.map(({ pictureKey }) => pictureKey)).size).toBe(productPictureKeys.length);
});
