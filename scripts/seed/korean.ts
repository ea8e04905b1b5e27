const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const FINALS = 28;
const FINAL_RIEUL = 8;

/** Particles whose form depends on how the word before them ends: after a consonant, after a vowel. */
const forms = {
  '을/를': ['을', '를'],
  '이/가': ['이', '가'],
  '은/는': ['은', '는'],
  '과/와': ['과', '와'],
  '으로/로': ['으로', '로'],
} as const;

export type Particle = keyof typeof forms;

/**
 * The word with the particle that fits its ending.
 * Throws RangeError unless it ends in a Hangul syllable: how another script is read is unknown.
 */
export function withParticle(word: string, particle: Particle): string {
  const [afterConsonant, afterVowel] = forms[particle];
  const final = finalConsonant(word);
  const takesVowelForm = final === 0 || (particle === '으로/로' && final === FINAL_RIEUL);
  return word + (takesVowelForm ? afterVowel : afterConsonant);
}

/** Position of the last syllable's final consonant in Unicode's order; 0 where it has none. */
function finalConsonant(word: string): number {
  const code = word.charCodeAt(word.length - 1);
  if (!(code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE)) {
    throw new RangeError(`'${word}' does not end in Hangul`);
  }
  return (code - FIRST_SYLLABLE) % FINALS;
}
