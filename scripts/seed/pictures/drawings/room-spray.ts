import { paint, shape } from '../svg.ts';
import { centered, emblem, gleam, type Drawing } from './drawing.ts';

/** A bottle with a trigger. */
export const roomSpray: Drawing = {
  footprint: 168,
  draw: (palette) =>
    [
      shape(
        'M292 262 C292 296 236 292 236 340 V504 Q236 528 260 528 H380 Q404 528 404 504 V340 C404 292 348 296 348 262 Z',
        paint.body,
      ),
      centered(352, 168, 116, 0, paint.paper),
      emblem(320, 406, palette, 1.2),
      gleam(250, 334, 168),
      centered(226, 66, 44, 6, paint.cap),
      shape(
        'M254 150 H372 Q398 150 398 176 V186 Q398 196 386 198 L346 204 V228 H294 V204 H254 Q246 204 246 196 V158 Q246 150 254 150 Z',
        paint.cap,
      ),
      shape('M268 202 C266 226 258 246 246 262 C262 262 282 244 290 204 Z', palette.cap[1]),
      shape('M228 162 H248 V190 H228 Q224 190 224 186 V166 Q224 162 228 162 Z', palette.cap[2]),
      shape('M262 158 H366 Q376 158 382 164 H262 Z', '#fff', 'opacity=".35"'),
    ].join(''),
};
