import type { Id } from '../ids/id.ts';
import { overloaded } from '../errors/problem.ts';
import { firstComeUnavailable } from './first-come.errors.ts';
import type { NewClaim } from './gate-replies.ts';
import type { Refusal } from './remembered-refusals.ts';

/** What became of a request to get in. */
export type Entered =
  /** Stored, committed. */
  | { state: 'issued'; claimId: Id; rank: number }
  /** Let in, not known to be stored; `statusOf` tells later. */
  | { state: 'pending'; claimId: Id; epoch: number }
  /** The member has had this claim before. */
  | { state: 'already'; claimId: Id; rank: number }
  | Refusal
  /** There is no such campaign. */
  | { state: 'unknown' };

/** Somebody who waits for an answer. */
export type Waiter = {
  readonly campaignId: Id;
  readonly claim: NewClaim;
  /** By which claim the member is in, and since which epoch; undefined while nobody knows of any. */
  inBy: { claimId: Id; epoch: number } | undefined;
  isRechecked: boolean;
};

type Waiting = Waiter & {
  sinceMs: number;
  resolve: (entered: Entered) => void;
  reject: (error: unknown) => void;
};

/** Those whose claims are on the way, bounded in number and in time. */
export class Waiters {
  readonly #waitMs: number;
  readonly #most: number;
  /** By claim, in the order in which they came; so the first one's time is up first. */
  readonly #byClaim = new Map<Id, Waiting>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param waitMs how long each waits at the most
   * @param most who may wait at once
   */
  constructor(waitMs: number, most: number) {
    this.#waitMs = waitMs;
    this.#most = most;
  }

  get size(): number {
    return this.#byClaim.size;
  }

  /** Throws `overloaded` when too many wait. */
  add(campaignId: Id, claim: NewClaim): { waiter: Waiter; entered: Promise<Entered> } {
    if (this.#byClaim.size >= this.#most) throw overloaded('Too many claims wait to be stored');
    let waiter: Waiting | undefined;
    const entered = new Promise<Entered>((resolve, reject) => {
      waiter = {
        campaignId,
        claim,
        inBy: undefined,
        isRechecked: false,
        sinceMs: performance.now(),
        resolve,
        reject,
      };
    });
    this.#byClaim.set(claim.claimId, waiter as unknown as Waiting);
    this.#timer ??= setTimeout(() => this.#endWaiting(), this.#waitMs);
    return { waiter: waiter as unknown as Waiter, entered };
  }

  has(claimId: Id): boolean {
    return this.#byClaim.has(claimId);
  }

  /** Answers whoever waits for this claim, if anybody does. */
  settle(claimId: Id, entered: Entered): void {
    const waiter = this.#byClaim.get(claimId);
    if (!waiter) return;
    this.#byClaim.delete(claimId);
    waiter.resolve(entered);
  }

  fail(claimId: Id, error: unknown): void {
    const waiter = this.#byClaim.get(claimId);
    if (!waiter) return;
    this.#byClaim.delete(claimId);
    waiter.reject(error);
  }

  of(campaignId: Id): Waiter[] {
    return [...this.#byClaim.values()].filter((waiter) => waiter.campaignId === campaignId);
  }

  /** Those who have waited for half of their time, each once. */
  takeOverdue(): Waiter[] {
    const before = performance.now() - this.#waitMs / 2;
    const overdue: Waiter[] = [];
    for (const waiter of this.#byClaim.values()) {
      if (waiter.sinceMs > before) break;
      if (waiter.isRechecked) continue;
      waiter.isRechecked = true;
      overdue.push(waiter);
    }
    return overdue;
  }

  /** Nobody waits any longer. */
  close(): void {
    clearTimeout(this.#timer);
    for (const waiter of this.#byClaim.values()) this.#giveUp(waiter);
  }

  #endWaiting(): void {
    this.#timer = undefined;
    const before = performance.now() - this.#waitMs;
    for (const waiter of this.#byClaim.values()) {
      if (waiter.sinceMs > before) {
        this.#timer = setTimeout(() => this.#endWaiting(), waiter.sinceMs - before);
        return;
      }
      this.#giveUp(waiter);
    }
  }

  /** A claim that is not known to be in may be, all the same: the member asks again and learns it. */
  #giveUp({ claim, inBy }: Waiter): void {
    if (inBy) this.settle(claim.claimId, { state: 'pending', ...inBy });
    else this.fail(claim.claimId, firstComeUnavailable());
  }
}
