import type { Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import { memoryMs, type Closure } from './first-come.rules.ts';
import type { Standing } from './gate-replies.ts';

/** A closure, with what goes with it. */
export type Refusal =
  | { state: 'not_open'; opensAt: Date }
  | { state: Exclude<Closure, 'not_open'> };

type Remembered = {
  epoch: number;
  rank: number;
  refusal: Refusal;
  /** On the process's monotonic clock. */
  untilMs: number;
  /** Who is in: they get their own answer from Redis. Undefined until it is known. */
  members: ReadonlySet<Id> | undefined;
};

/** Campaigns with more members are not answered for from memory. */
const MOST_MEMBERS = 50_000;
const MOST_CAMPAIGNS = 20;
/** How long the members of a closed campaign are kept after the last answer of Redis. */
const KEEP_MS = 5000;

/**
 * Answers for campaigns that let nobody in, given from memory for a moment. While nobody gets in, the
 * members of an epoch stay the same, so an instance that has read them once knows whom it may not
 * answer: those who are in.
 */
export class RememberedRefusals {
  readonly #byCampaign = new Map<Id, Remembered>();
  readonly #readMembers: (campaignId: Id, epoch: number) => Promise<ReadonlySet<Id>>;
  readonly #log: Logger;

  constructor(
    readMembers: (campaignId: Id, epoch: number) => Promise<ReadonlySet<Id>>,
    log: Logger,
  ) {
    this.#readMembers = readMembers;
    this.#log = log;
  }

  /** Why this member gets nothing; undefined when Redis has to be asked. */
  refusalFor(campaignId: Id, memberId: Id): Refusal | undefined {
    const remembered = this.#byCampaign.get(campaignId);
    if (!remembered?.members || performance.now() >= remembered.untilMs) return undefined;
    return remembered.members.has(memberId) ? undefined : remembered.refusal;
  }

  /** Takes note of what Redis answered to a question of `sentAtMs`. */
  learn(campaignId: Id, epoch: number, standing: Standing, sentAtMs: number): void {
    const { closure, rank, opensInMs } = standing;
    if (closure === undefined || rank > MOST_MEMBERS) {
      this.#byCampaign.delete(campaignId);
      return;
    }
    const refusal = toRefusal(standing);
    const untilMs = sentAtMs + memoryMs(closure, opensInMs);
    const before = this.#byCampaign.get(campaignId);
    if (before?.epoch === epoch && before.rank === rank) {
      Object.assign(before, { refusal, untilMs });
      return;
    }
    if (this.#byCampaign.size >= MOST_CAMPAIGNS) this.forgetExpired(0);
    if (this.#byCampaign.size >= MOST_CAMPAIGNS) return;
    const remembered = { epoch, rank, refusal, untilMs, members: undefined };
    this.#byCampaign.set(campaignId, remembered);
    void this.#fill(campaignId, remembered);
  }

  /** Something changed: units came back, or the quota, the state or the window is another one. */
  forget(campaignId: Id): void {
    this.#byCampaign.delete(campaignId);
  }

  forgetExpired(keepMs = KEEP_MS): void {
    const now = performance.now();
    for (const [campaignId, { untilMs }] of this.#byCampaign) {
      if (now > untilMs + keepMs) this.#byCampaign.delete(campaignId);
    }
  }

  async #fill(campaignId: Id, remembered: Remembered): Promise<void> {
    try {
      const { rank, epoch } = remembered;
      remembered.members = rank === 0 ? new Set() : await this.#readMembers(campaignId, epoch);
    } catch (error) {
      // Redis goes on being asked.
      this.#log.debug({ err: error, campaignId }, 'the members of a campaign could not be read');
      if (this.#byCampaign.get(campaignId) === remembered) this.#byCampaign.delete(campaignId);
    }
  }
}

/** Why nobody gets in. For a claim that returns, for which only the quota counts: sold out. */
export function toRefusal({ closure = 'sold_out', opensAtMs }: Standing): Refusal {
  return closure === 'not_open'
    ? { state: closure, opensAt: new Date(opensAtMs) }
    : { state: closure };
}
