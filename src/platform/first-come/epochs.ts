import { setTimeout as pause } from 'node:timers/promises';
import { newId, type Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import type { BringBackOld } from './bring-back-old.ts';
import type { Campaign, CampaignStore } from './campaign-store.ts';
import type { CampaignWriter } from './campaign-writer.ts';
import { firstComeUnavailable } from './first-come.errors.ts';
import type { Head } from './gate-replies.ts';
import type { GateRedis } from './gate-redis.ts';

/** Claims read at once when an epoch is filled. */
const CLAIMS_PER_PAGE = 5000;
/** Campaigns whose epoch an instance keeps in mind; it can be asked for again. */
const MOST_KNOWN = 10_000;
const POLL_MS = 20;
const LONGEST_RENEWAL_MS = 15_000;

/**
 * When a campaign is filled again, those who were in go first: for so long after its instances were
 * told, and until what waits in the old streams is back; and no longer than `LONGEST_RETURNS_MS`,
 * should whoever fills it die.
 */
const RETURNS_MS = 100;
const LONGEST_RETURNS_MS = 2000;

type EpochListener = (campaignId: Id, epoch: number) => void;

/**
 * Which epoch each campaign is in, as far as this instance knows, and the way to a new one. A wrong
 * belief does no harm: the scripts refuse another epoch, and so does the database.
 */
export class Epochs {
  readonly #store: CampaignStore;
  readonly #redis: GateRedis;
  readonly #writer: CampaignWriter;
  readonly #bringBackOld: BringBackOld;
  readonly #log: Logger;
  readonly #onLearn: EpochListener;
  readonly #onFill: EpochListener;
  readonly #known = new Map<Id, number>();
  readonly #renewals = new Map<Id, Promise<number | undefined>>();

  /**
   * @param onLearn is told of each epoch that this instance did not know
   * @param onFill is told when this instance has filled a new epoch
   */
  constructor(parts: {
    store: CampaignStore;
    redis: GateRedis;
    writer: CampaignWriter;
    bringBackOld: BringBackOld;
    log: Logger;
    onLearn: EpochListener;
    onFill: EpochListener;
  }) {
    this.#store = parts.store;
    this.#redis = parts.redis;
    this.#writer = parts.writer;
    this.#bringBackOld = parts.bringBackOld;
    this.#log = parts.log;
    this.#onLearn = parts.onLearn;
    this.#onFill = parts.onFill;
  }

  /** The epoch that this instance believes to be the present one, if it believes in any. */
  known(campaignId: Id): number | undefined {
    return this.#known.get(campaignId);
  }

  /** The present epoch; undefined when there is no such campaign. */
  async current(campaignId: Id): Promise<number | undefined> {
    return this.known(campaignId) ?? this.renew(campaignId, 0);
  }

  learn(campaignId: Id, epoch: number): void {
    if (this.#known.get(campaignId) === epoch) return;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(campaignId, epoch);
    this.#onLearn(campaignId, epoch);
  }

  /** Redis does not know this epoch (any more). */
  forget(campaignId: Id, epoch: number): void {
    if (this.#known.get(campaignId) === epoch) this.#known.delete(campaignId);
  }

  /**
   * Finds the epoch that Redis is in, or fills a new one from the database when Redis knows none, was
   * restarted since, or is in one below `atLeast`. Undefined when there is no such campaign. Throws
   * `first_come_unavailable` when Redis is away or another instance does not get done with it.
   */
  async renew(campaignId: Id, atLeast: number): Promise<number | undefined> {
    for (;;) {
      // All wait for the same promise, so they go on in the order in which they came.
      const epoch = await (this.#renewals.get(campaignId) ?? this.#begin(campaignId, atLeast));
      if (epoch === undefined || epoch >= atLeast) return epoch;
    }
  }

  /** Brings Redis up to the database's quota, state and window. */
  async refresh(campaignId: Id): Promise<void> {
    const missing = await this.#takeOver(campaignId);
    if (!missing) return;
    await this.renew(campaignId, missing.epoch);
    // Another instance may have filled it, with what it had read before the change.
    await this.#takeOver(campaignId);
  }

  /** @returns the campaign as it is in the database, if Redis is not in its epoch */
  async #takeOver(campaignId: Id): Promise<Campaign | undefined> {
    const campaign = await this.#store.readCampaign(campaignId);
    const isMissing = campaign && (await this.#writer.refresh(campaign)) === 'stale';
    return isMissing ? campaign : undefined;
  }

  #begin(campaignId: Id, atLeast: number): Promise<number | undefined> {
    const renewal = this.#renew(campaignId, atLeast).finally(() =>
      this.#renewals.delete(campaignId),
    );
    this.#renewals.set(campaignId, renewal);
    return renewal;
  }

  async #renew(campaignId: Id, atLeast: number): Promise<number | undefined> {
    const deadline = performance.now() + LONGEST_RENEWAL_MS;
    const token = newId();
    let isMine = false;
    try {
      while (performance.now() < deadline) {
        const head = await this.#redis.head(campaignId);
        if (head?.isOfThisRun && head.epoch >= atLeast) {
          this.learn(campaignId, head.epoch);
          return head.epoch;
        }
        if (isMine) {
          if (!(await this.#rebuild(campaignId, head))) return undefined;
        } else {
          // Looked at once more with the lock: whoever had it may just have got done.
          isMine = await this.#writer.lockRebuild(campaignId, token);
          if (!isMine) await pause(POLL_MS);
        }
      }
    } finally {
      if (isMine) await this.#writer.unlockRebuild(campaignId, token);
    }
    throw firstComeUnavailable('The campaign is being prepared');
  }

  /**
   * Begins an epoch and fills it. From the beginning on, nothing of an older one is stored, so what is
   * read stands still.
   * @returns false when there is no such campaign
   */
  async #rebuild(campaignId: Id, head: Head | undefined): Promise<boolean> {
    const campaign = await this.#store.startEpoch(campaignId, head?.epoch ?? 0);
    if (!campaign) return false;
    const { epoch } = campaign;
    let members = 0;
    for (let rank = 0; ;) {
      const claims = await this.#store.readClaims(campaignId, rank, CLAIMS_PER_PAGE);
      const last = claims.at(-1);
      if (!last) break;
      await this.#writer.addMembers(campaignId, epoch, claims);
      members += claims.length;
      rank = last.rank;
    }
    // The first epoch of a campaign: nobody was in, and there is nothing to look at.
    const isFirst = epoch === 1;
    const returnsMs = isFirst ? 0 : LONGEST_RETURNS_MS;
    const outcome = await this.#writer.publish(campaign, members, returnsMs);
    const details = { campaignId, epoch, members, outcome, before: head };
    this.#log[isFirst ? 'debug' : 'warn'](details, 'a campaign was filled from the database');
    if (outcome !== 'published') return true;
    this.#onFill(campaignId, epoch);
    this.learn(campaignId, epoch);
    if (!isFirst) {
      await Promise.all([pause(RETURNS_MS), this.#bringBackOld(campaignId, epoch)]);
      await this.#writer.open(campaignId, epoch);
    }
    // What changed while it was filled. Whether another epoch began, the caller looks again.
    await this.#takeOver(campaignId);
    return true;
  }
}
