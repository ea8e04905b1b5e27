import { paint, shape, stroke } from '../svg.ts';
import { centered, emblem, gleam, type Drawing } from './drawing.ts';

const REED_TIPS: readonly (readonly [number, number])[] = [
  [236, 118],
  [272, 92],
  [310, 104],
  [346, 84],
  [378, 106],
  [414, 132],
];

/** A round-shouldered bottle with reeds. */
export const diffuser: Drawing = {
  footprint: 214,
  draw: (palette) =>
    [
      ...REED_TIPS.map(([x, y], position) =>
        stroke(
          `M${x} ${y} L${320 - (x - 320) * 0.5} 496`,
          position % 2 === 0 ? '#c7a679' : '#a98658',
          5,
        ),
      ),
      shape(
        'M288 312 C288 330 214 336 214 380 V496 Q214 528 246 528 H394 Q426 528 426 496 V380 C426 336 352 330 352 312 Z',
        paint.glass,
        'stroke="#fff" stroke-opacity=".75" stroke-width="2"',
      ),
      shape('M228 410 H412 V492 Q412 514 390 514 H250 Q228 514 228 492 Z', paint.liquid),
      shape('M228 410 H412 V417 H228 Z', '#fff', 'opacity=".45"'),
      centered(276, 76, 40, 6, paint.cap),
      centered(410, 108, 84, 3, palette.paper),
      emblem(320, 446, palette, 0.95),
      gleam(222, 382, 118, 7),
    ].join(''),
};
