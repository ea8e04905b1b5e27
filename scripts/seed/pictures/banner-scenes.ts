import type { DemoTypeKey } from '../demo-types.ts';
import type { BannerPictureKey, PaletteKey } from '../picture-keys.ts';
import { ornaments } from './ornaments.ts';
import { palettes } from './palettes.ts';
import { CENTER, GROUND } from './drawings/drawing.ts';
import { standing } from './scenes.ts';
import { box, group, oval, paint, paintsOf, picture, shape } from './svg.ts';

const WIDTH = 1200;
const HEIGHT = 400;
const HORIZON = 284;

type BannerLayout = {
  palette: PaletteKey;
  backdrop: 'arches' | 'discs' | 'hill';
  /** From the back to the front: what stands where, and how large. */
  stand: readonly (readonly [type: DemoTypeKey, x: number, y: number, scale: number])[];
};

const layouts: Record<BannerPictureKey, BannerLayout> = {
  'banner-welcome': {
    palette: 'blossom',
    backdrop: 'arches',
    stand: [
      ['diffuser', 1010, 322, 0.62],
      ['mist', 720, 326, 0.6],
      ['perfume', 856, 344, 0.72],
    ],
  },
  'banner-flash-sale': {
    palette: 'ember',
    backdrop: 'discs',
    stand: [
      ['body-lotion', 1030, 326, 0.62],
      ['candle', 740, 336, 0.58],
      ['perfume', 890, 346, 0.74],
    ],
  },
  'banner-home-scent': {
    palette: 'leaf',
    backdrop: 'arches',
    stand: [
      ['room-spray', 730, 324, 0.62],
      ['diffuser', 880, 334, 0.66],
      ['candle', 1036, 350, 0.58],
    ],
  },
  'banner-bath': {
    palette: 'sea',
    backdrop: 'hill',
    stand: [
      ['body-lotion', 800, 322, 0.62],
      ['body-wash', 940, 330, 0.62],
      ['body-scrub', 1070, 352, 0.44],
      ['soap', 690, 352, 0.4],
    ],
  },
  'banner-gift': {
    palette: 'lilac',
    backdrop: 'discs',
    stand: [
      ['hand-cream', 1020, 326, 0.6],
      ['body-oil', 740, 328, 0.62],
      ['solid-perfume', 880, 352, 0.56],
    ],
  },
};

/** A wide still life; its left half stays calm, because a shop's front writes there. */
export function bannerScene(key: BannerPictureKey): string {
  const { palette: paletteKey, backdrop, stand } = layouts[key];
  const palette = palettes[paletteKey];
  return picture(
    WIDTH,
    HEIGHT,
    paintsOf(palette),
    box([0, 0, WIDTH, HORIZON], 0, paint.wall),
    backdrops[backdrop](palette.backdrop),
    group('translate(330 -30) skewX(-24)', ...panes()),
    box([0, HORIZON, WIDTH, HEIGHT - HORIZON], 0, paint.floor),
    box([0, HORIZON, WIDTH, 2], 0, '#fff', 'opacity=".35"'),
    oval([584, 356, 92, 12], paint.shade, 'opacity=".7"'),
    group('translate(580 358) scale(.8)', ornaments[paletteKey](palette)),
    ...stand.map(([type, x, y, scale]) =>
      group(
        `translate(${x - CENTER * scale} ${y - GROUND * scale}) scale(${scale})`,
        standing(type, palette),
      ),
    ),
  );
}

const EDGE = 'stroke="#fff" stroke-opacity=".5" stroke-width="2"';

const backdrops: Record<BannerLayout['backdrop'], (fill: string) => string> = {
  arches: (fill) =>
    shape(`M648 ${HORIZON} V190 A104 104 0 0 1 856 190 V${HORIZON} Z`, fill, EDGE) +
    shape(`M836 ${HORIZON} V150 A122 122 0 0 1 1080 150 V${HORIZON} Z`, fill, EDGE),
  discs: (fill) => oval([880, 176, 156, 156], fill, EDGE) + oval([1056, 226, 92, 92], fill, EDGE),
  hill: (fill) =>
    shape(`M600 ${HORIZON} A270 236 0 0 1 1140 ${HORIZON} Z`, fill, EDGE) +
    oval([1066, 104, 46, 46], fill, EDGE),
};

function panes(): string[] {
  return [
    [0, 0],
    [132, 0],
    [0, 168],
    [132, 168],
  ].map(([x = 0, y = 0]) => box([x, y, 120, 156], 2, '#fff', 'opacity=".22"'));
}
