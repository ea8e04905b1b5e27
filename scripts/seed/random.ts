/** Repeatable chance: the same stream and index give the same draws on every machine. */
export type Random = {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** True in `probability` (0 to 1) of the cases. */
  chance(probability: number): boolean;
  pick<Item>(from: readonly Item[]): Item;
};

/**
 * The draws of one thing, such as product 17. Each index has draws of its own, so a thing stays the
 * same whatever is generated before it or left out.
 * @param stream what is generated, such as 'product'; different streams do not resemble each other
 */
export function randomFor(stream: string, index: number): Random {
  let state = mixed(hashOf(stream), index);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => next() < probability,
    pick: (from) => itemAt(from, below(from.length)),
  };
}

/** The item at a position that must exist. Throws RangeError where there is none. */
export function itemAt<Item>(from: readonly Item[], position: number): Item {
  const item = from[position];
  if (item === undefined) throw new RangeError(`no item ${position} among ${from.length}`);
  return item;
}

/**
 * Shuffles 0 to `size` - 1 without a table: every index has one place and no two share it. A
 * Feistel network over the next power of four, walked on until the place lies below `size`.
 * Throws RangeError for an index outside of it.
 */
export function shuffledPlace(index: number, size: number): number {
  if (index < 0 || index >= size) throw new RangeError(`${index} is not below ${size}`);
  const halfBits = Math.max(1, Math.ceil(Math.log2(size) / 2));
  const mask = 2 ** halfBits - 1;
  let place = index;
  do {
    let left = place >>> halfBits;
    let right = place & mask;
    for (let round = 1; round <= 4; round += 1) {
      [left, right] = [right, left ^ (mixed(round, right) & mask)];
    }
    place = left * 2 ** halfBits + right;
  } while (place >= size);
  return place;
}

function mixed(seed: number, value: number): number {
  let bits = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(value + 1, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x45d9f3b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
