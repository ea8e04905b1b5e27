import { setTimeout as pause } from 'node:timers/promises';
import type { Precedence } from '../batching/precedence.ts';
import { groupBy } from '../collections/group-by.ts';
import type { Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import type { BringBackOld } from './bring-back-old.ts';
import type { CampaignStore } from './campaign-store.ts';
import { Company } from './company.ts';
import type { Epochs } from './epochs.ts';
import type { Claim } from './first-come.rules.ts';
import type { Stored, Taken } from './gate-replies.ts';
import type { GateRedis } from './gate-redis.ts';

export type DrainParts = {
  store: CampaignStore;
  redis: GateRedis;
  epochs: Epochs;
  bringBackOld: BringBackOld;
  precedence: Precedence | undefined;
  /** Answers those who wait for these claims at an instance. */
  tellStored: (instanceId: Id, claims: readonly Claim[]) => void;
  log: Logger;
};

/** For work that takes precedence: fewer and larger batches, and a crowd that asks less often. */
const STAND_BACK_MS = 50;
/** Claims in one transaction, about. */
const CLAIMS_PER_BATCH = 1000;
/** A store that refuses again and again what it just gave as its terms would go round for ever. */
const MOST_EPOCHS_PER_DRAIN = 5;

/** How the drain of an epoch ended: with nothing left, or because a newer epoch is needed. */
type End = 'empty' | { atLeast: number };

/**
 * Stores the claims that wait in campaigns' streams. Several may run for one campaign, after a crash
 * or a long pause of its process: the counter row's lock makes them take turns, and a claim that is
 * stored already is a success.
 */
export class Drains {
  readonly #parts: DrainParts;
  readonly #running = new Map<Id, Company>();
  readonly #drains = new Set<Promise<void>>();
  #isStopping = false;

  constructor(parts: DrainParts) {
    this.#parts = parts;
  }

  /** Has a drain that runs here look again; false when none does. */
  wake(campaignId: Id): boolean {
    const company = this.#running.get(campaignId);
    company?.announce();
    return company !== undefined;
  }

  isRunning(campaignId: Id): boolean {
    return this.#running.has(campaignId);
  }

  /** Running drains end after the batch in hand; resolves when they have. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const company of this.#running.values()) company.announce();
    await Promise.allSettled(this.#drains);
  }

  /** Stores all that waits, and what comes shortly after. */
  drain(campaignId: Id): Promise<void> {
    const company = new Company();
    this.#running.set(campaignId, company);
    const drain = this.#drainEpochs(campaignId, company).finally(() => {
      this.#drains.delete(drain);
      if (this.#running.get(campaignId) === company) this.#running.delete(campaignId);
    });
    this.#drains.add(drain);
    return drain;
  }

  async #drainEpochs(campaignId: Id, company: Company): Promise<void> {
    const { epochs, bringBackOld } = this.#parts;
    let epoch = await epochs.current(campaignId);
    for (let round = 0; round < MOST_EPOCHS_PER_DRAIN; round += 1) {
      if (epoch === undefined) return;
      const handedOver = await bringBackOld(campaignId, epoch);
      const end = handedOver ? await this.#drainEpoch(campaignId, epoch, company) : { atLeast: 0 };
      if (end === 'empty') return;
      epochs.forget(campaignId, epoch);
      epoch = await epochs.renew(campaignId, end.atLeast);
    }
    throw new Error(`campaign ${campaignId} does not come to rest`);
  }

  async #drainEpoch(campaignId: Id, epoch: number, company: Company): Promise<End> {
    const { store, redis, precedence, log } = this.#parts;
    let stored: Stored | undefined;
    for (;;) {
      if (precedence?.isTaken && !this.#isStopping) await pause(STAND_BACK_MS);
      company.beginLooking();
      const limit = this.#isStopping ? 0 : CLAIMS_PER_BATCH;
      const taken = await redis.take(campaignId, epoch, stored, limit);
      stored = undefined;
      if (taken === 'stale') return { atLeast: 0 };
      if (taken === 'lost') {
        log.warn({ campaignId, epoch, stoppedBy: 'entries_lost' }, 'Redis lost claims');
        return { atLeast: epoch + 1 };
      }
      if (taken.length === 0) {
        if (this.#isStopping || !(await company.comes())) return 'empty';
        continue;
      }
      company.found();

      const entries = taken.flatMap((each) => each.entries);
      const admission = await store.admit(campaignId, epoch, entries);
      if (admission.kind === 'other_epoch') return { atLeast: epoch + 1 };
      const { claims, stoppedBy } = admission;
      this.#answer(taken, claims);
      if (stoppedBy) {
        log.warn({ campaignId, epoch, stoppedBy }, 'claims go back: Redis has gone astray');
        return { atLeast: epoch + 1 };
      }
      stored = {
        rank: entries.at(-1)?.rank ?? 0,
        streamIds: taken.map(({ streamId }) => streamId),
      };
    }
  }

  /** Claims are the entries, in their order, as far as they were stored. */
  #answer(taken: readonly Taken[], claims: readonly Claim[]): void {
    let at = 0;
    const answers = taken.flatMap(({ instanceId, entries }) => {
      const stored = claims.slice(at, (at += entries.length));
      return stored.map((claim) => ({ instanceId, claim }));
    });
    for (const [instanceId, group] of groupBy(answers, (answer) => answer.instanceId)) {
      this.#parts.tellStored(
        instanceId,
        group.map(({ claim }) => claim),
      );
    }
  }
}
