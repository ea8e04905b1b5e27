import { paint, shape } from '../svg.ts';
import { centered, emblem, gleam, type Drawing } from './drawing.ts';

/** A straight bottle with a pump. */
export const bodyLotion: Drawing = {
  footprint: 180,
  draw: (palette) =>
    [
      centered(178, 16, 60, 3, paint.cap),
      shape(
        'M222 152 Q222 146 230 146 H346 Q362 146 362 162 V174 Q362 182 354 182 H290 Q284 182 280 178 L246 176 L238 192 H222 Z',
        paint.cap,
      ),
      centered(226, 74, 42, 8, paint.cap),
      centered(228, 74, 5, 2, '#fff', 'opacity=".35"'),
      centered(262, 180, 266, 32, paint.body),
      centered(338, 180, 128, 0, paint.paper),
      emblem(320, 398, palette, 1.3),
      gleam(246, 290, 208),
    ].join(''),
};
