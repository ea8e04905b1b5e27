import { demoTypes, type DemoTypeKey } from './demo-types.ts';

/** The colour moods in which every type of product is painted. */
export const paletteKeys = [
  'citrus',
  'leaf',
  'sea',
  'blossom',
  'lilac',
  'wood',
  'ember',
  'linen',
] as const;

export type PaletteKey = (typeof paletteKeys)[number];

/** Names the picture of a product; its file is `${key}.webp`. */
export function productPictureKey(type: DemoTypeKey, palette: PaletteKey): string {
  return `${type}-${palette}`;
}

/** One picture per type and palette. */
export const productPictureKeys: readonly string[] = demoTypes.flatMap(({ key }) =>
  paletteKeys.map((palette) => productPictureKey(key, palette)),
);

export const bannerPictureKeys = [
  'banner-welcome',
  'banner-flash-sale',
  'banner-home-scent',
  'banner-bath',
  'banner-gift',
] as const;

export type BannerPictureKey = (typeof bannerPictureKeys)[number];
