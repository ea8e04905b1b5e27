import { oval, paint, shape } from '../svg.ts';
import { centered, emblem, gleam, type Drawing } from './drawing.ts';

/** A bottle with a dropper. */
export const bodyOil: Drawing = {
  footprint: 172,
  draw: (palette) =>
    [
      shape('M300 236 C296 200 298 158 320 158 C342 158 344 200 340 236 Z', paint.cap),
      centered(228, 68, 54, 8, paint.cap),
      centered(244, 68, 3, 0, palette.cap[2], 'opacity=".5"'),
      shape(
        'M294 282 C294 312 232 306 232 352 V500 Q232 528 260 528 H380 Q408 528 408 500 V352 C408 306 346 312 346 282 Z',
        paint.glass,
        'stroke="#fff" stroke-opacity=".75" stroke-width="2"',
      ),
      shape('M245 372 H395 V494 Q395 514 375 514 H265 Q245 514 245 494 Z', paint.liquid),
      oval([320, 372, 75, 7], palette.body[0], 'opacity=".85"'),
      shape('M315 282 H325 V452 L320 466 L315 452 Z', '#fff', 'opacity=".5"'),
      centered(396, 102, 92, 3, palette.paper),
      emblem(320, 436, palette),
      gleam(239, 352, 150, 7),
      oval([452, 520, 17, 7], palette.body[1], 'opacity=".85"'),
      oval([447, 517, 6, 2.4], '#fff', 'opacity=".8"'),
      oval([486, 508, 9, 4], palette.body[1], 'opacity=".85"'),
    ].join(''),
};
