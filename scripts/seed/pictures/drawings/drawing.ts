import type { Palette } from '../palettes.ts';
import { box, oval, shape, stroke } from '../svg.ts';

/** Draws a product that stands on y = 528 around x = 320. */
export type Drawing = {
  /** How wide it stands, for its shadow. */
  footprint: number;
  draw: (palette: Palette) => string;
};

export const CENTER = 320;
export const GROUND = 528;

/** A rectangle around the middle line. */
export function centered(
  y: number,
  width: number,
  height: number,
  radius: number,
  fill: string,
  more = '',
): string {
  return box([CENTER - width / 2, y, width, height], radius, fill, more);
}

/** A label without words: a sprig above two fine lines. */
export function emblem(x: number, y: number, palette: Palette, scale = 1): string {
  const ink = palette.accent[2];
  const leaf = (angle: number) =>
    shape(
      'M0 0 C6 -6 7 -15 0 -22 C-7 -15 -6 -6 0 0Z',
      ink,
      `transform="rotate(${angle})" opacity=".8"`,
    );
  return `<g transform="translate(${x} ${y}) scale(${scale})">${leaf(-52)}${leaf(0)}${leaf(52)}${stroke('M0 0 V9', ink, 1.6)}${stroke('M-24 22 H24', ink, 1.8, 'opacity=".75"')}${stroke('M-14 31 H14', ink, 1.5, 'opacity=".5"')}</g>`;
}

/** A narrow reflection down the lit side. */
export function gleam(x: number, y: number, height: number, width = 9): string {
  return box([x, y, width, height], width / 2, '#fff', 'opacity=".55"');
}

/** The mouth of a round vessel, seen from slightly above. */
export function rim(y: number, width: number, opacity: number): string {
  return oval([CENTER, y, width / 2, width / 11], '#fff', `opacity="${opacity}"`);
}
