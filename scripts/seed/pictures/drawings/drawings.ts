import type { DemoTypeKey } from '../../demo-types.ts';
import { bodyLotion } from './body-lotion.ts';
import { bodyOil } from './body-oil.ts';
import { bodyScrub } from './body-scrub.ts';
import { bodyWash } from './body-wash.ts';
import { candle } from './candle.ts';
import { diffuser } from './diffuser.ts';
import type { Drawing } from './drawing.ts';
import { handCream } from './hand-cream.ts';
import { mist } from './mist.ts';
import { perfume } from './perfume.ts';
import { roomSpray } from './room-spray.ts';
import { soap } from './soap.ts';
import { solidPerfume } from './solid-perfume.ts';

export const drawings: Record<DemoTypeKey, Drawing> = {
  perfume,
  mist,
  'solid-perfume': solidPerfume,
  diffuser,
  'room-spray': roomSpray,
  candle,
  'body-lotion': bodyLotion,
  'body-wash': bodyWash,
  'body-oil': bodyOil,
  'hand-cream': handCream,
  'body-scrub': bodyScrub,
  soap,
};
