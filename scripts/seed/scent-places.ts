import type { DemoTypeKey } from './demo-types.ts';

export type ScentPlace = 'skin' | 'room' | 'bath';

/** Where a type's scent is smelt. */
export const scentPlaces: Record<DemoTypeKey, ScentPlace> = {
  perfume: 'skin',
  mist: 'skin',
  'solid-perfume': 'skin',
  diffuser: 'room',
  'room-spray': 'room',
  candle: 'room',
  'body-lotion': 'skin',
  'body-wash': 'bath',
  'body-oil': 'skin',
  'hand-cream': 'skin',
  'body-scrub': 'bath',
  soap: 'bath',
};
