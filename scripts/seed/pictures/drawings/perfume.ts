import { paint, shape } from '../svg.ts';
import { centered, emblem, gleam, type Drawing } from './drawing.ts';

/** A block of thick glass with a tall cap. */
export const perfume: Drawing = {
  footprint: 204,
  draw: (palette) =>
    [
      centered(286, 62, 30, 4, palette.cap[2]),
      centered(188, 96, 104, 10, paint.cap),
      centered(284, 96, 7, 2, palette.cap[2], 'opacity=".35"'),
      centered(
        312,
        204,
        216,
        22,
        paint.glass,
        'stroke="#fff" stroke-opacity=".7" stroke-width="2"',
      ),
      shape('M236 366 H404 V492 Q404 504 392 504 H248 Q236 504 236 492 Z', paint.liquid),
      shape('M236 366 H404 V374 H236 Z', '#fff', 'opacity=".45"'),
      shape('M324 312 V496', 'none', 'stroke="#fff" stroke-opacity=".5" stroke-width="2"'),
      centered(392, 112, 92, 4, palette.paper),
      emblem(320, 430, palette),
      gleam(228, 334, 168, 7),
      gleam(398, 340, 150, 4),
    ].join(''),
};
