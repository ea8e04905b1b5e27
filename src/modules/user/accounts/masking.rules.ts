const letters = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/**
 * Masks a name so that staff can compare it with what a caller says, and read no more: the first and
 * the last letter stay, each between them becomes a star (김선험: 김*험, 남궁민수: 남**수). Of two
 * letters the first stays (김험: 김*), of one none.
 */
export function maskName(name: string): string {
  const parts = Array.from(letters.segment(name.normalize('NFC').trim()), ({ segment }) => segment);
  const kept = (index: number) =>
    parts.length > 1 && (index === 0 || (parts.length > 2 && index === parts.length - 1));
  return parts.map((letter, index) => (kept(index) ? letter : '*')).join('');
}
