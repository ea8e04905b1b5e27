import { oval, paint, shape, stroke } from '../svg.ts';
import { centered, emblem, gleam, type Drawing } from './drawing.ts';

const BUBBLES: readonly (readonly [x: number, y: number, radius: number])[] = [
  [474, 500, 30],
  [520, 516, 18],
  [446, 522, 12],
  [498, 428, 15],
  [530, 366, 9],
  [466, 322, 11],
  [506, 270, 6],
];

function bubble(x: number, y: number, radius: number): string {
  return (
    oval(
      [x, y, radius, radius],
      '#fff',
      'fill-opacity=".32" stroke="#fff" stroke-opacity=".9" stroke-width="1.5"',
    ) +
    stroke(
      `M${x - radius * 0.55} ${y - radius * 0.1} A${radius * 0.6} ${radius * 0.6} 0 0 1 ${x - radius * 0.05} ${y - radius * 0.58}`,
      '#fff',
      Math.max(1.5, radius / 8),
    )
  );
}

/** A bottle that widens downwards, with bubbles. */
export const bodyWash: Drawing = {
  footprint: 214,
  draw: (palette) =>
    [
      centered(176, 92, 62, 12, paint.cap),
      centered(214, 92, 3, 0, palette.cap[2], 'opacity=".6"'),
      shape(
        'M282 240 H358 C372 284 424 330 424 414 V490 Q424 528 388 528 H252 Q216 528 216 490 V414 C216 330 268 284 282 240 Z',
        paint.body,
      ),
      oval([320, 424, 66, 66], palette.paper, 'opacity=".9"'),
      emblem(320, 420, palette, 1.2),
      stroke('M290 262 C276 306 234 346 232 416 V470', '#fff', 8, 'opacity=".5"'),
      gleam(286, 186, 20, 6),
      ...BUBBLES.map(([x, y, radius]) => bubble(x, y, radius)),
    ].join(''),
};
