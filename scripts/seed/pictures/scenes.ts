import type { DemoTypeKey } from '../demo-types.ts';
import { scentPlaces, type ScentPlace } from '../scent-places.ts';
import { CENTER, GROUND } from './drawings/drawing.ts';
import { drawings } from './drawings/drawings.ts';
import { ornaments } from './ornaments.ts';
import type { Palette } from './palettes.ts';
import { box, group, oval, paint, paintsOf, picture, shape } from './svg.ts';

const SIZE = 640;
const HORIZON = 448;

/** A product before a wall, in the light of a window. */
export function productScene(type: DemoTypeKey, palette: Palette): string {
  return picture(
    SIZE,
    SIZE,
    paintsOf(palette),
    box([0, 0, SIZE, HORIZON], 0, paint.wall),
    backdrops[scentPlaces[type]](palette.backdrop),
    windowLight(),
    box([0, HORIZON, SIZE, SIZE - HORIZON], 0, paint.floor),
    box([0, HORIZON, SIZE, 2], 0, '#fff', 'opacity=".35"'),
    oval([112, 546, 104, 15], paint.shade, 'opacity=".8"'),
    group('translate(104 548)', ornaments[palette.key](palette)),
    standing(type, palette),
  );
}

/** The product with its shadow, which falls to the right. */
export function standing(type: DemoTypeKey, palette: Palette): string {
  const { footprint, draw } = drawings[type];
  return [
    oval([CENTER + footprint * 0.42, GROUND + 3, footprint * 0.95, 25], paint.shade),
    oval([CENTER, GROUND - 1, footprint * 0.54, 10], palette.body[2], 'opacity=".45"'),
    draw(palette),
  ].join('');
}

const EDGE = 'stroke="#fff" stroke-opacity=".5" stroke-width="2"';

/** What stands behind a product: a disc, an arch, or a low hill as of a bath's rim. */
const backdrops: Record<ScentPlace, (fill: string) => string> = {
  skin: (fill) => oval([CENTER, 290, 208, 208], fill, EDGE),
  room: (fill) => shape(`M150 ${HORIZON} V226 A170 170 0 0 1 490 226 V${HORIZON} Z`, fill, EDGE),
  bath: (fill) => shape(`M96 ${HORIZON} A224 224 0 0 1 544 ${HORIZON} Z`, fill, EDGE),
};

function windowLight(): string {
  const panes = [
    [0, 0],
    [104, 0],
    [0, 150],
    [104, 150],
  ] as const;
  return group(
    'translate(452 26) skewX(-20)',
    ...panes.map(([x, y]) => box([x, y, 92, 138], 2, '#fff', 'opacity=".26"')),
  );
}
