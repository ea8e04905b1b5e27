import { styleStories } from './demo-styles.ts';
import type { DemoTypeKey } from './demo-types.ts';
import { productPictureKey } from './picture-keys.ts';
import { brands } from './products/brands.ts';
import { describe } from './products/describe.ts';
import { drawEdition } from './products/editions.ts';
import { productLines } from './products/product-lines.ts';
import { drawDiscountPercent, drawPricesAndSkus, type DemoSku } from './products/skus.ts';
import { itemAt, randomFor, shuffledPlace, type Random } from './random.ts';
import { relatedStyleKeys } from './styles/related-styles.ts';
import type { StyleStory } from './styles/style-story.ts';

export type DemoProduct = {
  name: string;
  description: string;
  typeKey: DemoTypeKey;
  /** One to three; the first is what it mainly smells of. */
  styleKeys: string[];
  /** KRW, a multiple of 100. */
  listPrice: number;
  /** 0 to 50. */
  discountPercent: number;
  /** Its file is `${pictureKey}.webp`. */
  pictureKey: string;
  /** One to four, with different options; the first costs the list price. */
  skus: DemoSku[];
};

const scents: readonly { style: StyleStory; scent: string }[] = styleStories.flatMap((style) =>
  style.scents.map((scent) => ({ style, scent })),
);

/** How many products there can be with a name of their own. */
export const MAX_DEMO_PRODUCTS = brands.length * scents.length * productLines.length;

/**
 * The demonstration shop's products, made one at a time while they are read. Each depends on its
 * place alone: the first fifty are the same whether fifty are asked for or a hundred thousand.
 * Throws RangeError above MAX_DEMO_PRODUCTS, from where on names would repeat.
 */
export function* demoProducts(count: number): Generator<DemoProduct> {
  if (count > MAX_DEMO_PRODUCTS) {
    throw new RangeError(`at most ${MAX_DEMO_PRODUCTS} products have names of their own`);
  }
  for (let index = 0; index < count; index += 1) yield productAt(index);
}

function productAt(index: number): DemoProduct {
  const random = randomFor('product', index);
  const { brand, style, scent, line } = combinationAt(index);
  const edition = drawEdition(random, style);
  const name = `${brand.name} ${scent} ${line.noun}`;
  return {
    name: edition === undefined ? name : `${name} ${edition}`,
    description: describe(random, { brand, style, line, scent }),
    typeKey: line.type,
    styleKeys: drawStyleKeys(random, style),
    discountPercent: drawDiscountPercent(random),
    pictureKey: productPictureKey(line.type, style.palette),
    ...drawPricesAndSkus(random, line, brand.priceLevel),
  };
}

/** Brand, scent and line; no two products share all three, which is what keeps names unique. */
function combinationAt(index: number) {
  const place = shuffledPlace(index, MAX_DEMO_PRODUCTS);
  const scentPlace = Math.floor(place / brands.length);
  return {
    brand: itemAt(brands, place % brands.length),
    ...itemAt(scents, scentPlace % scents.length),
    line: itemAt(productLines, Math.floor(scentPlace / scents.length)),
  };
}

function drawStyleKeys(random: Random, style: StyleStory): string[] {
  const keys = [style.key];
  const wanted = random.between(1, 3);
  const related = relatedStyleKeys(style.key);
  while (keys.length < Math.min(wanted, related.length + 1)) {
    const key = random.pick(related);
    if (!keys.includes(key)) keys.push(key);
  }
  return keys;
}
