import type { Random } from '../random.ts';
import type { StyleStory } from '../styles/style-story.ts';

/** Shares of a name's ending; a product without any is the ordinary case. */
const PLAIN_SHARE = 0.72;
const SEASON_SHARE = 0.3;

const editions = [
  '리미티드 에디션',
  '기프트 에디션',
  '시그니처',
  '컬렉터스 에디션',
  '트래블 에디션',
  '아틀리에 에디션',
  '온라인 단독',
  '리뉴얼',
  '한정판',
];

/** The ending of a name that tells of an edition; undefined for the ordinary product. */
export function drawEdition(random: Random, style: StyleStory): string | undefined {
  if (random.chance(PLAIN_SHARE)) return undefined;
  if (random.chance(SEASON_SHARE)) return `${style.season} 한정`;
  return random.pick(editions);
}
