import { LRUCache } from 'lru-cache';
import type { Invalidations } from '../../../platform/cache/invalidations.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { SkuFacts } from './copies.rules.ts';
import { readSkuFacts } from './copies.store.ts';

const MOST_SKUS = 50_000;
/** For the change of an instance that died before it could tell. */
const LIFE_MS = 10 * 60 * 1000;

const NAME = 'order.skus';

type Changes = Pick<Invalidations, 'register' | 'tell' | 'isHearing'>;

/**
 * What order's copies say of SKUs, kept in memory: a crowd that buys asks for the same few again and
 * again, and each order would wait for the answer. Only SKUs on sale are kept, and only while changes
 * by other instances are heard. When one is not told, nothing is sold that is off sale, or at an old
 * price: catalog compares both once more when it sets units aside. Whoever finds such a difference has
 * the SKU forgotten; a name, a picture or a tax type may stay as it was until the facts' life is over.
 */
export class KnownSkus {
  readonly #database: Database;
  readonly #invalidations: Changes;
  readonly #facts = new LRUCache<Id, SkuFacts>({ max: MOST_SKUS, ttl: LIFE_MS });
  /** Counts what was forgotten: an answer that was asked for before that may be of before. */
  #forgotten = 0;

  constructor(parts: { database: Database; invalidations: Changes }) {
    this.#database = parts.database;
    this.#invalidations = parts.invalidations;
    this.#invalidations.register(NAME, (skuIds) => this.forget(skuIds));
  }

  /** What is known of these SKUs; those that order has no copy of are missing. */
  async read(skuIds: readonly Id[]): Promise<Map<Id, SkuFacts>> {
    if (!this.#invalidations.isHearing) return readSkuFacts(this.#database, skuIds);
    const found = new Map<Id, SkuFacts>();
    const missing: Id[] = [];
    for (const skuId of skuIds) {
      const facts = this.#facts.get(skuId);
      if (facts) found.set(skuId, facts);
      else missing.push(skuId);
    }
    if (missing.length === 0) return found;
    const forgotten = this.#forgotten;
    for (const [skuId, facts] of await readSkuFacts(this.#database, missing)) {
      found.set(skuId, facts);
      if (facts.onSale && forgotten === this.#forgotten) this.#facts.set(skuId, facts);
    }
    return found;
  }

  /** Their copies have changed, and that is committed, or may have: all instances forget them. */
  changed(skuIds: readonly Id[]): void {
    if (skuIds.length === 0) return;
    this.#invalidations.tell(NAME, skuIds);
  }

  /** They are read anew when they are next asked for. */
  forget(skuIds: readonly Id[] | 'all'): void {
    if (skuIds.length === 0) return;
    this.#forgotten += 1;
    if (skuIds === 'all') this.#facts.clear();
    else for (const skuId of skuIds) this.#facts.delete(skuId);
  }
}
