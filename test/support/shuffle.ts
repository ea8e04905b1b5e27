/** Every order of the items. */
export function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

/** Numbers from 0 to below 1, the same ones for the same seed: what failed once fails again. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Cuts the items into batches of random sizes, up to `most`. */
export function inBatches<Item>(
  items: readonly Item[],
  most: number,
  random: () => number,
): Item[][] {
  const batches: Item[][] = [];
  for (let from = 0; from < items.length;) {
    const size = 1 + Math.floor(random() * most);
    batches.push(items.slice(from, from + size));
    from += size;
  }
  return batches;
}
