import type { PaletteKey } from '../picture-keys.ts';

export type Season = '봄' | '여름' | '가을' | '겨울';

/** Everything from which a scent style's products get their names, texts and colours. */
export type StyleStory = {
  key: string;
  name: string;
  palette: PaletteKey;
  /** How it feels, in the form that stands before a noun: '산뜻한'. */
  mood: string;
  /** A picture in words, as a noun phrase: '햇살이 드는 귤밭'. */
  scene: string;
  /** What it smells of at first, then, and at last; nine different notes, ending in Hangul. */
  first: readonly [string, string, string];
  heart: readonly [string, string, string];
  last: readonly [string, string, string];
  /** The only season whose limited edition would not sound odd. */
  season: Season;
  /** Names of scents; none occurs twice in the whole shop. */
  scents: readonly string[];
};
