import { oval, paint } from '../svg.ts';
import { centered, emblem, gleam, rim, type Drawing } from './drawing.ts';

/** A slim flask below a clear cap that shows the spray head. */
export const mist: Drawing = {
  footprint: 132,
  draw: (palette) =>
    [
      centered(196, 38, 62, 6, paint.cap),
      oval([302, 214, 4, 4], palette.cap[2]),
      centered(240, 74, 26, 4, paint.cap),
      centered(264, 132, 264, 30, paint.body),
      centered(
        150,
        104,
        122,
        16,
        paint.glass,
        'stroke="#fff" stroke-opacity=".75" stroke-width="2"',
      ),
      rim(268, 104, 0.18),
      centered(346, 132, 122, 0, paint.paper),
      emblem(320, 404, palette, 1.1),
      gleam(272, 288, 210),
      gleam(278, 162, 76, 6),
    ].join(''),
};
