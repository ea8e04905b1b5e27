import type { Database } from '../database/database.ts';
import type { Id } from '../ids/id.ts';
import { isSameBody, keyText, readUsedKeys, type IdempotencyKey } from './idempotency-key.ts';

/** What a request's key says about it. */
export type KeyStanding =
  /** No key, or one that was never used: do it. */
  | { kind: 'new' }
  /** Done before with the same body: answer with that resource. */
  | { kind: 'replay'; resourceId: Id }
  /** The same request stands earlier in this batch, at `index`. */
  | { kind: 'repeats'; index: number }
  /** Used before with another body. */
  | { kind: 'reused' };

/**
 * Looks a batch's keys up with one query, and finds repetitions within the batch itself, so that one
 * client's repeated key never breaks the others' transaction.
 */
export async function resolveKeys(
  database: Database,
  keys: readonly (IdempotencyKey | undefined)[],
): Promise<KeyStanding[]> {
  const given = keys.filter((key) => key !== undefined);
  const used = given.length > 0 ? await readUsedKeys(database, given) : new Map();
  const firsts = new Map<string, { index: number; bodyHash: string }>();

  return keys.map((key, index): KeyStanding => {
    if (!key) return { kind: 'new' };
    const text = keyText(key);
    const known = used.get(text);
    if (known) {
      return isSameBody(known, key)
        ? { kind: 'replay', resourceId: known.resourceId }
        : { kind: 'reused' };
    }
    const first = firsts.get(text);
    if (!first) {
      firsts.set(text, { index, bodyHash: key.bodyHash });
      return { kind: 'new' };
    }
    return first.bodyHash === key.bodyHash
      ? { kind: 'repeats', index: first.index }
      : { kind: 'reused' };
  });
}
