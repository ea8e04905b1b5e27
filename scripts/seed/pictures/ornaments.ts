import type { PaletteKey } from '../picture-keys.ts';
import type { Palette } from './palettes.ts';
import { group, oval, paint, shape, stroke } from './svg.ts';

type Ornament = (palette: Palette) => string;

const turns = (count: number): number[] =>
  Array.from({ length: count }, (_, place) => (place * 360) / count);

const citrusSlice: Ornament = ({ accent }) =>
  [
    oval([0, -50, 50, 50], accent[1]),
    oval([0, -50, 44, 44], '#fff6df'),
    ...turns(9).map((angle) =>
      shape(
        'M0 -6 L-11 -36 Q0 -43 11 -36 Z',
        accent[0],
        `transform="translate(0 -50) rotate(${angle})"`,
      ),
    ),
    oval([0, -50, 4, 4], '#fff6df'),
    group(
      'translate(74 0)',
      shape('M-40 -34 A40 40 0 0 0 40 -34 Z', paint.accent),
      oval([0, -34, 40, 12], '#fff6df'),
      oval([0, -34, 34, 9], accent[0]),
      stroke('M-33 -34 H33 M-20 -41 L20 -27 M20 -41 L-20 -27', '#fff6df', 2.5),
    ),
  ].join('');

const sprig: Ornament = ({ accent }) => {
  const leaves = [
    [-46, -14, -64],
    [-22, -30, -40],
    [10, -50, -18],
    [44, -78, 12],
    [-34, -12, 56],
    [0, -30, 76],
    [34, -56, 92],
  ] as const;
  return [
    stroke('M-76 0 C-30 -10 20 -36 58 -96', accent[2], 4),
    ...leaves.map(([x, y, angle], place) =>
      shape(
        'M0 0 C16 -10 22 -32 0 -54 C-22 -32 -16 -10 0 0Z',
        accent[place % 2 === 0 ? 1 : 0],
        `transform="translate(${x} ${y}) rotate(${angle})"`,
      ),
    ),
    shape(
      'M0 0 C12 -8 17 -28 0 -46 C-17 -28 -12 -8 0 0Z',
      accent[1],
      'transform="translate(58 -94) rotate(30)"',
    ),
  ].join('');
};

const pebbles: Ornament = ({ accent }) =>
  [
    oval([-8, -18, 62, 20], paint.accent),
    oval([-2, -48, 46, 16], accent[0]),
    oval([2, -72, 32, 13], paint.accent),
    oval([78, -10, 26, 11], accent[1]),
    oval([-24, -26, 18, 4], '#fff', 'opacity=".4"'),
    oval([-12, -54, 14, 3], '#fff', 'opacity=".6"'),
    oval([-6, -77, 9, 2.4], '#fff', 'opacity=".5"'),
  ].join('');

function flower(x: number, y: number, scale: number, { accent }: Palette): string {
  return group(
    `translate(${x} ${y}) scale(${scale} ${scale * 0.86})`,
    ...turns(5).map((angle, place) =>
      shape(
        'M0 0 C-22 -10 -26 -40 -8 -46 Q0 -40 8 -46 C26 -40 22 -10 0 0Z',
        accent[place % 2 === 0 ? 0 : 1],
        `transform="rotate(${angle})" stroke="${accent[2]}" stroke-opacity=".25"`,
      ),
    ),
    ...turns(6).map((angle) => stroke('M0 0 V-13', accent[2], 1.6, `transform="rotate(${angle})"`)),
    oval([0, 0, 5, 5], '#f6d27a'),
  );
}

const blossoms: Ornament = (palette) =>
  [
    stroke('M-70 2 C-30 -20 30 -30 84 -66', '#8a6a5a', 4),
    flower(-10, -44, 1, palette),
    flower(62, -66, 0.72, palette),
    flower(-62, -16, 0.56, palette),
    oval([96, -8, 15, 6], palette.accent[0], 'transform="rotate(-14 96 -8)"'),
    oval([40, -4, 12, 5], palette.accent[1], 'transform="rotate(10 40 -4)"'),
  ].join('');

const lavender: Ornament = ({ accent }) =>
  [-26, 0, 24]
    .map((angle, stem) =>
      group(
        `rotate(${angle})`,
        stroke('M0 0 V-126', '#8b9a78', 3.4),
        ...Array.from({ length: 7 }, (_, place) => {
          const y = -64 - place * 13;
          const width = 13 - place * 0.9;
          return (
            oval(
              [-7, y, width * 0.62, 8],
              accent[(place + stem) % 2 === 0 ? 1 : 0],
              `transform="rotate(-28 -7 ${y})"`,
            ) +
            oval(
              [7, y, width * 0.62, 8],
              accent[(place + stem) % 2 === 0 ? 2 : 1],
              `transform="rotate(28 7 ${y})"`,
            )
          );
        }),
        oval([0, -158, 5, 9], accent[0]),
      ),
    )
    .join('') + stroke('M-13 -32 Q0 -24 13 -32', accent[0], 6);

const logSlice: Ornament = ({ accent }) =>
  [
    oval([4, -54, 56, 56], accent[2]),
    oval([-3, -55, 54, 55], '#e6c79b'),
    ...[44, 35, 26, 17, 8].map((radius) =>
      oval(
        [-3 + (44 - radius) * 0.14, -55, radius, radius],
        'none',
        `stroke="${accent[1]}" stroke-width="2.2" stroke-opacity=".75"`,
      ),
    ),
    group(
      'translate(76 -12) rotate(-16)',
      shape('M-48 -9 H48 V9 H-48 Z', paint.accent),
      oval([48, 0, 4, 9], accent[0]),
      shape('M-40 10 H54 V26 H-40 Z', accent[1]),
      oval([54, 18, 4, 8], accent[0]),
    ),
  ].join('');

const amberStones: Ornament = ({ accent }) =>
  [
    shape('M-58 0 L-70 -36 L-40 -72 L4 -76 L34 -42 L24 -2 Z', accent[1]),
    shape('M-40 -72 L4 -76 L-12 -40 Z', accent[0]),
    shape('M-70 -36 L-40 -72 L-12 -40 L-58 0 Z', '#f6c48d'),
    shape('M4 -76 L34 -42 L24 -2 L-12 -40 Z', accent[2], 'opacity=".8"'),
    shape('M44 0 L38 -22 L58 -40 L88 -34 L98 -8 L86 0 Z', accent[1]),
    shape('M38 -22 L58 -40 L66 -18 L44 0 Z', '#f6c48d'),
    shape('M58 -40 L88 -34 L66 -18 Z', accent[0]),
  ].join('');

const cotton: Ornament = ({ accent }) =>
  [
    stroke('M-70 2 C-30 -14 6 -34 34 -78', '#9a8468', 4),
    stroke('M-22 -16 C4 -18 36 -20 66 -30', '#9a8468', 3.4),
    ...(
      [
        [38, -92, 1],
        [80, -34, 0.78],
      ] as const
    ).map(([x, y, scale]) =>
      group(
        `translate(${x} ${y}) scale(${scale})`,
        shape('M-30 16 L-44 -6 L-12 6 L0 28 L14 6 L44 -4 L30 18 L0 36 Z', '#a98f6d'),
        ...(
          [
            [-18, -2],
            [18, -2],
            [0, -20],
            [0, 8],
          ] as const
        ).map(([puffX, puffY]) =>
          oval(
            [puffX, puffY, 23, 22],
            '#fffdf9',
            `stroke="${accent[2]}" stroke-opacity=".22" stroke-width="1.5"`,
          ),
        ),
      ),
    ),
  ].join('');

/** What lies beside the product, on y = 0 around x = 0; about 180 wide. */
export const ornaments: Record<PaletteKey, Ornament> = {
  citrus: citrusSlice,
  leaf: sprig,
  sea: pebbles,
  blossom: blossoms,
  lilac: lavender,
  wood: logSlice,
  ember: amberStones,
  linen: cotton,
};
