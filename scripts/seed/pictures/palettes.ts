import type { PaletteKey } from '../picture-keys.ts';

/** Light, middle and dark tone of one material, lit from the left. */
export type Tones = readonly [light: string, middle: string, dark: string];

export type Palette = {
  key: PaletteKey;
  wall: readonly [top: string, bottom: string];
  floor: readonly [far: string, near: string];
  /** The large plain shape behind the product. */
  backdrop: string;
  /** What the product itself is made of. */
  body: Tones;
  cap: Tones;
  paper: string;
  /** Of the ornament beside the product. */
  accent: Tones;
};

export const palettes: Record<PaletteKey, Palette> = {
  citrus: {
    key: 'citrus',
    wall: ['#fdf6e3', '#f6e4b6'],
    floor: ['#f1d999', '#e8c97f'],
    backdrop: '#fae7ad',
    body: ['#fff4cf', '#f3cd5c', '#cf9a2f'],
    cap: ['#ffffff', '#f0eadc', '#c9bfa8'],
    paper: '#fffdf6',
    accent: ['#fbd26b', '#f0a53a', '#d57f26'],
  },
  leaf: {
    key: 'leaf',
    wall: ['#f3f6ec', '#d9e3ca'],
    floor: ['#c9d6b6', '#b3c49c'],
    backdrop: '#e1ead2',
    body: ['#e3edd4', '#a3ba86', '#627e4d'],
    cap: ['#ecdec4', '#ccb38b', '#9c7f57'],
    paper: '#fbfbf3',
    accent: ['#a9c08e', '#7a9a61', '#4d6c3c'],
  },
  sea: {
    key: 'sea',
    wall: ['#f0f7fa', '#cfe3ec'],
    floor: ['#c0d8e3', '#a6c5d5'],
    backdrop: '#dcedf4',
    body: ['#e9f6fa', '#94bfd3', '#4f86a2'],
    cap: ['#ffffff', '#e4edf0', '#a9bcc5'],
    paper: '#fafdfe',
    accent: ['#c3d6de', '#8fadbb', '#5c7f91'],
  },
  blossom: {
    key: 'blossom',
    wall: ['#fdf4f3', '#f6dcda'],
    floor: ['#efcbc9', '#e5b5b4'],
    backdrop: '#fae4e1',
    body: ['#fdeceb', '#ebb0af', '#c2797c'],
    cap: ['#fbecd2', '#dfbd8c', '#ab8555'],
    paper: '#fffaf8',
    accent: ['#f7c3c6', '#e8919c', '#c76878'],
  },
  lilac: {
    key: 'lilac',
    wall: ['#f7f4fa', '#e0d7ec'],
    floor: ['#d3c7e2', '#beafd3'],
    backdrop: '#ebe3f4',
    body: ['#f1eaf9', '#b8a4d3', '#78639e'],
    cap: ['#ffffff', '#dddce4', '#9f9cae'],
    paper: '#fdfcff',
    accent: ['#b9a4d6', '#8f78b8', '#64508b'],
  },
  wood: {
    key: 'wood',
    wall: ['#f6f0e7', '#e3d5c1'],
    floor: ['#d0bb9d', '#b99f7c'],
    backdrop: '#ecdfcb',
    body: ['#d8b184', '#a3764a', '#6a472a'],
    cap: ['#6b5443', '#453429', '#281e17'],
    paper: '#f8f1e4',
    accent: ['#c79d6d', '#946d46', '#63452b'],
  },
  ember: {
    key: 'ember',
    wall: ['#fbefe6', '#efd0bb'],
    floor: ['#dfb093', '#cb9270'],
    backdrop: '#f6dcc9',
    body: ['#f4bd8e', '#d2743f', '#964222'],
    cap: ['#745244', '#472f26', '#281812'],
    paper: '#fdf3e9',
    accent: ['#f0a765', '#cf6a33', '#8f3f1d'],
  },
  linen: {
    key: 'linen',
    wall: ['#faf8f5', '#e9e4db'],
    floor: ['#ddd5c8', '#cabfae'],
    backdrop: '#f3efe8',
    body: ['#ffffff', '#f2ede4', '#c9bfad'],
    cap: ['#f7e9d2', '#dac198', '#aa8f62'],
    paper: '#fffefb',
    accent: ['#ffffff', '#e9e2d5', '#a3937a'],
  },
};
