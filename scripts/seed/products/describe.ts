import { withParticle } from '../korean.ts';
import { itemAt, type Random } from '../random.ts';
import { scentPlaces, type ScentPlace } from '../scent-places.ts';
import type { StyleStory } from '../styles/style-story.ts';
import type { Brand } from './brands.ts';
import type { ProductLine } from './product-lines.ts';
import { careSentences, usageSentences } from './type-sentences.ts';

type Subject = { brand: Brand; style: StyleStory; line: ProductLine; scent: string };

const openings: readonly ((of: Subject) => string)[] = [
  ({ style, line }) =>
    `${withParticle(style.scene, '을/를')} 떠올리며 만든 ${style.mood} 향의 ${line.noun}입니다.`,
  ({ brand, style, line }) =>
    `${brand.name}의 조향사가 ${style.scene}에서 영감을 얻어 완성한 ${line.noun}입니다.`,
  ({ style, line }) => `${style.mood} ${style.name} 향을 좋아하는 분께 권하는 ${line.noun}입니다.`,
  ({ style, line, scent }) =>
    `‘${scent}’${particleAfter(scent)} ${withParticle(style.scene, '을/를')} 닮은 ${style.mood} 향의 ${line.noun}입니다.`,
  ({ style, line }) =>
    `하루의 결을 바꿔 주는 ${style.mood} ${style.name} 향을 ${line.noun}에 담았습니다.`,
  ({ brand, style, line, scent }) =>
    `${brand.name}에서 오래 다듬어 온 ‘${scent}’ 향을 ${withParticle(line.noun, '으로/로')} 만나 보세요. ${withParticle(style.scene, '이/가')} 절로 떠오릅니다.`,
];

type Notes = { first: string; second: string; heart: string; last: string };

/** How a scent unfolds depends on where it is worn: on the skin, in a room, or in water. */
const unfoldings: Record<ScentPlace, readonly ((notes: Notes) => string)[]> = {
  skin: [
    ({ first, second, heart, last }) =>
      `첫 향은 ${withParticle(first, '과/와')} ${second}, 이어서 ${withParticle(heart, '이/가')} 피어나고 ${withParticle(last, '이/가')} 은은하게 남습니다.`,
    ({ first, second, heart, last }) =>
      `${withParticle(first, '과/와')} ${withParticle(second, '으로/로')} 시작해 ${withParticle(heart, '을/를')} 지나 ${withParticle(last, '으로/로')} 마무리되는 향입니다.`,
    ({ first, heart, last }) =>
      `${withParticle(first, '이/가')} 스치고 나면 ${withParticle(heart, '과/와')} ${withParticle(last, '이/가')} 살결에 오래 머뭅니다.`,
  ],
  room: [
    ({ first, heart, last }) =>
      `공간에 ${withParticle(first, '과/와')} ${heart} 향이 번지고, 시간이 지나면 ${last}의 잔향이 머뭅니다.`,
    ({ first, second, heart, last }) =>
      `${withParticle(first, '과/와')} ${withParticle(second, '이/가')} 먼저 공기를 맑게 하고, ${withParticle(heart, '과/와')} ${withParticle(last, '이/가')} 천천히 방을 채웁니다.`,
    ({ heart, last }) =>
      `${withParticle(heart, '을/를')} 중심에 두고 ${withParticle(last, '으로/로')} 깊이를 더해, 은은하지만 쉽게 옅어지지 않습니다.`,
  ],
  bath: [
    ({ first, heart, last }) =>
      `${withParticle(first, '과/와')} ${heart} 향이 물기와 함께 퍼지고, 씻고 난 뒤에는 ${last} 향이 은은하게 남습니다.`,
    ({ first, second, last }) =>
      `${withParticle(first, '과/와')} ${withParticle(second, '이/가')} 욕실을 채우고 ${withParticle(last, '이/가')} 살결에 가볍게 남습니다.`,
    ({ heart, last }) =>
      `${withParticle(heart, '과/와')} ${withParticle(last, '을/를')} 더해 씻는 시간이 작은 휴식이 됩니다.`,
  ],
};

/** Four or five Korean sentences: what it is, how it smells, how it is used, what to mind. */
export function describe(random: Random, subject: Subject): string {
  const { style, line } = subject;
  const firstAt = random.below(style.first.length);
  const notes = {
    first: itemAt(style.first, firstAt),
    second: itemAt(style.first, (firstAt + 1) % style.first.length),
    heart: random.pick(style.heart),
    last: random.pick(style.last),
  };
  return [
    random.pick(openings)(subject),
    random.pick(unfoldings[scentPlaces[line.type]])(notes),
    random.pick(usageSentences[line.type]),
    random.pick(careSentences[line.type]),
  ].join(' ');
}

/** The subject particle alone, for a word that stands in quotation marks. */
function particleAfter(word: string): string {
  return withParticle(word, '은/는').slice(word.length);
}
