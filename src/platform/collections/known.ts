/** Those of the keys that are not known yet. */
export function unknownOf<Key>(known: ReadonlyMap<Key, unknown>, keys: readonly Key[]): Key[] {
  return keys.filter((key) => !known.has(key));
}

/** Adds what is not known yet; what is known stays, as it may have changed since it was looked up. */
export function addUnknown<Key, Value>(
  known: Map<Key, Value>,
  found: Iterable<readonly [Key, Value]>,
): void {
  for (const [key, value] of found) if (!known.has(key)) known.set(key, value);
}
