import { paint, shape, stroke } from '../svg.ts';
import { centered, emblem, type Drawing } from './drawing.ts';

const CRIMPS = 13;

/** A tube that stands on its cap. */
export const handCream: Drawing = {
  footprint: 118,
  draw: (palette) =>
    [
      shape('M236 160 H404 V186 H236 Z', paint.body),
      ...Array.from({ length: CRIMPS }, (_, place) =>
        stroke(`M${248 + place * 12} 164 V182`, palette.body[2], 1.4, 'opacity=".4"'),
      ),
      shape('M236 186 H404 C404 280 386 380 378 452 H262 C254 380 236 280 236 186 Z', paint.body),
      shape('M236 186 H404 L403 204 C350 196 290 196 237 204 Z', palette.body[2], 'opacity=".14"'),
      shape('M243 262 H397 C393 308 389 344 385 382 H255 C251 344 247 308 243 262 Z', paint.paper),
      emblem(320, 316, palette, 1.25),
      centered(452, 112, 76, 10, paint.cap),
      centered(452, 112, 6, 2, palette.cap[2], 'opacity=".35"'),
      stroke('M260 214 C264 300 272 366 278 430', '#fff', 8, 'opacity=".5"'),
      ...Array.from({ length: 8 }, (_, place) =>
        stroke(`M${278 + place * 12} 468 V518`, palette.cap[2], 1.4, 'opacity=".28"'),
      ),
    ].join(''),
};
