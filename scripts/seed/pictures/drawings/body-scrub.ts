import { group, oval, paint, shape, stroke } from '../svg.ts';
import { itemAt } from '../../random.ts';
import { emblem, type Drawing } from './drawing.ts';

/** Where grains lie on the heap, as offsets from its middle. */
const GRAINS: readonly (readonly [number, number])[] = [
  [-86, -6],
  [-70, -18],
  [-62, 4],
  [-48, -26],
  [-40, -8],
  [-30, 8],
  [-22, -34],
  [-12, -16],
  [0, -2],
  [8, -30],
  [16, 10],
  [24, -14],
  [34, -28],
  [44, -4],
  [52, -20],
  [64, 6],
  [74, -10],
  [88, -2],
  [-8, -40],
  [40, 12],
  [-54, 14],
  [20, -42],
];

/** An open jar, its lid leaning at the side, with a spoon. */
export const bodyScrub: Drawing = {
  footprint: 268,
  draw: (palette) =>
    [
      oval([440, 514, 110, 16], paint.shade),
      group(
        'rotate(12 452 440)',
        oval([462, 434, 96, 98], palette.cap[2]),
        oval([453, 432, 96, 98], paint.capTop),
        oval([453, 432, 80, 82], palette.cap[0], 'opacity=".22"'),
      ),
      group(
        'rotate(34 250 330)',
        shape(
          'M243 196 H255 Q259 196 259 200 L257 352 H241 L239 200 Q239 196 243 196 Z',
          '#c9a777',
        ),
        stroke('M246 206 V340', '#e3c69c', 3),
      ),
      shape('M170 380 C196 318 238 316 284 316 C334 316 374 320 398 380 Z', paint.bodyTop),
      ...GRAINS.map(([x, y], place) =>
        oval(
          [284 + x, 362 + y, 3 + (place % 3), 2.4 + (place % 2)],
          itemAt([palette.body[2], '#fff', palette.accent[1]], place % 3),
          'opacity=".6"',
        ),
      ),
      shape('M156 384 V492 Q156 528 194 528 H374 Q412 528 412 492 V384 Z', paint.body),
      shape('M150 372 C150 362 418 362 418 372 V392 C418 402 150 402 150 392 Z', paint.body),
      shape(
        'M150 374 C150 366 418 366 418 374 V380 C418 388 150 388 150 380 Z',
        '#fff',
        'opacity=".35"',
      ),
      shape('M156 418 H412 V492 H156 Z', paint.paper),
      emblem(284, 452, palette, 1.05),
      stroke('M170 412 V494', '#fff', 8, 'opacity=".5"'),
    ].join(''),
};
