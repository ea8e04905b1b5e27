import { group, oval, paint, shape, stroke } from '../svg.ts';
import { emblem, type Drawing } from './drawing.ts';

/** An open tin, its lid leaning behind it. */
export const solidPerfume: Drawing = {
  footprint: 276,
  draw: (palette) =>
    [
      oval([402, 512, 120, 18], paint.shade),
      group(
        'rotate(9 400 400)',
        oval([412, 396, 122, 126], palette.cap[2]),
        oval([402, 394, 122, 126], paint.capTop),
        oval([402, 394, 108, 112], palette.paper),
        emblem(396, 350, palette, 1.35),
      ),
      shape('M150 448 V484 C150 512 214 530 286 530 C358 530 422 512 422 484 V448 Z', paint.cap),
      oval([286, 448, 136, 46], paint.capTop),
      oval([286, 450, 124, 39], palette.cap[2]),
      oval([286, 453, 122, 37], paint.bodyTop),
      stroke(
        'M214 452 C236 434 300 430 330 446 C348 456 318 470 292 466',
        '#fff',
        9,
        'opacity=".55"',
      ),
      stroke('M160 490 C168 504 188 512 214 518', '#fff', 4, 'opacity=".5"'),
    ].join(''),
};
