import type { Palette, Tones } from '../palettes.ts';
import { group, oval, paint, shape, stroke } from '../svg.ts';
import { CENTER, emblem, type Drawing } from './drawing.ts';

/** The outline of a bar's upper face around the origin, between an oval and a rectangle. */
const FACE =
  'M-140 0 C-140 -36 -122 -44 0 -44 C122 -44 140 -36 140 0 C140 36 122 44 0 44 C-122 44 -140 36 -140 0 Z';
const SIDE = 'M-140 0 V40 C-140 76 -122 86 0 86 C122 86 140 76 140 40 V0 Z';

/** A bar whose upper face lies around (320, y). */
function bar(y: number, face: string, side: string, { body }: Palette): string {
  return group(
    `translate(${CENTER} ${y})`,
    shape(SIDE, side),
    shape(FACE, face),
    stroke(FACE, body[2], 2, 'transform="scale(.86 .78)" opacity=".3"'),
    stroke(FACE, '#fff', 2, 'transform="translate(0 2.5) scale(.86 .78)" opacity=".6"'),
    stroke('M-132 34 C-124 62 -104 72 -60 76', '#fff', 4, 'opacity=".5"'),
  );
}

/** A paper sleeve around the bar at y. */
function sleeve(y: number, palette: Palette): string {
  return group(
    `translate(${CENTER} ${y})`,
    shape('M-50 -44 H50 V44 H-50 Z', palette.paper),
    shape('M-50 43.5 H50 V86 H-50 Z', palette.paper),
    shape('M-50 43.5 H50 V86 H-50 Z', palette.body[2], 'opacity=".16"'),
    group('translate(0 -4) scale(1.1 .72)', emblem(0, 0, palette)),
  );
}

/** A wooden dish. */
function dish([light, middle, dark]: Tones): string {
  return [
    oval([CENTER, 512, 186, 20], dark),
    oval([CENTER, 504, 186, 20], middle),
    oval([CENTER, 503, 172, 16], light, 'opacity=".55"'),
  ].join('');
}

const FOAM: readonly (readonly [x: number, y: number, radius: number])[] = [
  [478, 508, 18],
  [500, 514, 13],
  [458, 514, 12],
  [488, 492, 9],
  [516, 502, 6],
];

/** Two bars on a dish, the upper one in its sleeve, with a little foam. */
export const soap: Drawing = {
  footprint: 320,
  draw: (palette) =>
    [
      dish(['#e3c69c', '#c9a777', '#9c7a4e']),
      oval([334, 498, 146, 16], palette.body[2], 'opacity=".4"'),
      bar(422, palette.paper, paint.paperSide, palette),
      shape(
        'M-132 8 C-122 40 60 44 136 14 C110 54 -110 52 -132 8 Z',
        palette.body[2],
        'opacity=".35" transform="translate(320 420)"',
      ),
      group(
        'rotate(-4 320 360)',
        bar(346, paint.bodyTop, paint.body, palette),
        sleeve(346, palette),
      ),
      ...FOAM.map(([x, y, radius]) =>
        oval([x, y, radius, radius * 0.9], '#fff', 'fill-opacity=".82" stroke="#fff"'),
      ),
    ].join(''),
};
