import { oval, paint, shape, stroke } from '../svg.ts';
import { centered, emblem, gleam, rim, type Drawing } from './drawing.ts';

/** A burning candle in a glass. */
export const candle: Drawing = {
  footprint: 224,
  draw: (palette) =>
    [
      oval([320, 262, 210, 190], paint.glow),
      rim(310, 220, 0.35),
      shape(
        'M218 346 H422 V500 Q422 516 402 518 C352 526 288 526 238 518 Q218 516 218 500 Z',
        paint.body,
      ),
      oval([320, 346, 102, 19], palette.body[0]),
      oval([320, 348, 60, 10], '#ffe9b8', 'opacity=".9"'),
      stroke('M320 350 C319 338 322 330 320 320', '#4a3a2d', 4),
      shape(
        'M320 230 C338 262 348 282 344 304 C341 322 331 330 320 330 C309 330 299 322 296 304 C292 282 304 262 320 230 Z',
        '#ffb84d',
      ),
      shape(
        'M320 262 C330 282 335 294 333 308 C331 320 326 326 320 326 C314 326 309 320 307 308 C305 294 311 282 320 262 Z',
        '#fff3cf',
      ),
      shape(
        'M210 310 V500 Q210 528 240 528 H400 Q430 528 430 500 V310 C430 336 210 336 210 310 Z',
        paint.glass,
        'stroke="#fff" stroke-opacity=".7" stroke-width="2"',
      ),
      centered(390, 116, 92, 3, palette.paper),
      emblem(320, 430, palette, 1.05),
      gleam(220, 340, 158, 8),
    ].join(''),
};
