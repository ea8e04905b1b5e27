import type { Palette, Tones } from './palettes.ts';

/** SVG in small pieces. All coordinates are pixels of the picture. */
export function box(
  [x, y, width, height]: readonly [number, number, number, number],
  radius: number,
  fill: string,
  more = '',
): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" ${more}/>`;
}

export function oval(
  [x, y, radiusX, radiusY]: readonly [number, number, number, number],
  fill: string,
  more = '',
): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${radiusX}" ry="${radiusY}" fill="${fill}" ${more}/>`;
}

export function shape(path: string, fill: string, more = ''): string {
  return `<path d="${path}" fill="${fill}" ${more}/>`;
}

export function stroke(path: string, color: string, width: number, more = ''): string {
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" ${more}/>`;
}

/** Moves, turns or scales a group, by SVG's transform attribute. */
export function group(transform: string, ...content: string[]): string {
  return `<g transform="${transform}">${content.join('')}</g>`;
}

export function picture(width: number, height: number, ...content: string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content.join('')}</svg>`;
}

/** The paints that drawings name as `paint.body` and so on; once in each picture. */
export function paintsOf(palette: Palette): string {
  return `<defs>${[
    vertical('wall', palette.wall),
    vertical('floor', palette.floor),
    round('body', palette.body),
    round('cap', palette.cap),
    paperOf(palette.paper),
    round('paperSide', [palette.paper, palette.body[0], palette.body[1]]),
    flat('bodyTop', palette.body),
    flat('capTop', palette.cap),
    flat('accent', palette.accent),
    liquidOf(palette.body),
    `<linearGradient id="glass"><stop offset="0" stop-color="#fff" stop-opacity=".75"/><stop offset=".14" stop-color="#fff" stop-opacity=".28"/><stop offset=".8" stop-color="#fff" stop-opacity=".22"/><stop offset="1" stop-color="#fff" stop-opacity=".65"/></linearGradient>`,
    `<radialGradient id="shade"><stop offset="0" stop-color="${palette.body[2]}" stop-opacity=".62"/><stop offset=".55" stop-color="${palette.body[2]}" stop-opacity=".26"/><stop offset="1" stop-color="${palette.body[2]}" stop-opacity="0"/></radialGradient>`,
    `<radialGradient id="glow"><stop offset="0" stop-color="#ffdf9e" stop-opacity=".9"/><stop offset=".35" stop-color="#ffcf7a" stop-opacity=".35"/><stop offset="1" stop-color="#ffcf7a" stop-opacity="0"/></radialGradient>`,
  ].join('')}</defs>`;
}

export const paint = {
  wall: 'url(#wall)',
  floor: 'url(#floor)',
  /** Something round, lit from the left. */
  body: 'url(#body)',
  cap: 'url(#cap)',
  paper: 'url(#paper)',
  paperSide: 'url(#paperSide)',
  /** Something that lies flat. */
  bodyTop: 'url(#bodyTop)',
  capTop: 'url(#capTop)',
  accent: 'url(#accent)',
  liquid: 'url(#liquid)',
  glass: 'url(#glass)',
  shade: 'url(#shade)',
  glow: 'url(#glow)',
} as const;

function vertical(id: string, [top, bottom]: readonly [string, string]): string {
  return `<linearGradient id="${id}" x2="0" y2="1"><stop stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient>`;
}

/** Across a cylinder: its lit strip left of the middle, and a little light from behind at the right. */
function round(id: string, [light, middle, dark]: Tones): string {
  return `<linearGradient id="${id}"><stop stop-color="${middle}"/><stop offset=".24" stop-color="${light}"/><stop offset=".55" stop-color="${middle}"/><stop offset=".93" stop-color="${dark}"/><stop offset="1" stop-color="${middle}"/></linearGradient>`;
}

/** A label around a bottle: lets the shade of what is below it through at the far side. */
function paperOf(color: string): string {
  return `<linearGradient id="paper"><stop stop-color="${color}" stop-opacity=".9"/><stop offset=".2" stop-color="${color}"/><stop offset=".55" stop-color="${color}" stop-opacity=".97"/><stop offset=".93" stop-color="${color}" stop-opacity=".7"/><stop offset="1" stop-color="${color}" stop-opacity=".8"/></linearGradient>`;
}

function flat(id: string, [light, middle, dark]: Tones): string {
  return `<linearGradient id="${id}" x2="1" y2="1"><stop stop-color="${light}"/><stop offset=".6" stop-color="${middle}"/><stop offset="1" stop-color="${dark}"/></linearGradient>`;
}

function liquidOf([light, middle, dark]: Tones): string {
  return `<linearGradient id="liquid" x2=".25" y2="1"><stop stop-color="${light}" stop-opacity=".9"/><stop offset=".6" stop-color="${middle}" stop-opacity=".9"/><stop offset="1" stop-color="${dark}" stop-opacity=".9"/></linearGradient>`;
}
