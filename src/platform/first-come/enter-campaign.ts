import { backOff } from '../batching/backoff.ts';
import { impossible } from '../errors/impossible.ts';
import { newId, type Id } from '../ids/id.ts';
import type { Epochs } from './epochs.ts';
import type { FindStored } from './find-stored.ts';
import type { Intake, IntakeAnswer, IntakeCall } from './intake.ts';
import type { RememberedRefusals } from './remembered-refusals.ts';
import type { Entered, Waiter, Waiters } from './waiters.ts';

export type EnterCampaignParts = {
  epochs: Epochs;
  intake: Intake;
  refusals: RememberedRefusals;
  waiters: Waiters;
  findStored: FindStored;
  callForDrain: (campaignId: Id) => void;
};

/** While those go first who were in before the campaign was filled again. */
const BUSY_MS = 10;
/** Pauses between looks for another claim of the same member. */
const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 200;

export type EnterCampaign = ReturnType<typeof createEnterCampaign>;

/**
 * The way in: from memory, where nobody gets in; otherwise through the script, and then by waiting
 * until the claim is stored. A crowd's claims go the straight way, which makes one promise for each.
 */
export function createEnterCampaign(parts: EnterCampaignParts) {
  const { epochs, intake, refusals, waiters, findStored, callForDrain } = parts;

  return { enter, letIn, hearAnswer, hearFailure };

  /** Throws `overloaded` when too many wait; whatever else fails, fails later. */
  function enter(campaignId: Id, memberId: Id, extra: string): Entered | Promise<Entered> {
    const refusal = refusals.refusalFor(campaignId, memberId);
    if (refusal) return refusal;
    // A half surrogate pair would make the script fail, for everybody in the same call.
    const claim = { claimId: newId(), memberId, extra: extra.toWellFormed() };
    // Waits from now on: another instance may have stored the claim before the script's answer is read.
    const { waiter, entered } = waiters.add(campaignId, claim);
    letIn(waiter);
    return entered;
  }

  /**
   * Sends a claim in, for the first time or again. Again is harmless: the member is in by this claim,
   * or gets in by it now that Redis has lost it.
   */
  function letIn(waiter: Waiter): void {
    const epoch = epochs.known(waiter.campaignId);
    if (epoch === undefined) void letInByNewEpoch(waiter);
    else intake({ waiter, epoch, isReturning: waiter.inBy !== undefined });
  }

  async function letInByNewEpoch(waiter: Waiter): Promise<void> {
    try {
      const epoch = await epochs.renew(waiter.campaignId, 0);
      if (epoch === undefined) waiters.settle(waiter.claim.claimId, { state: 'unknown' });
      else letInIfWaiting(waiter);
    } catch (error) {
      fail(waiter, error);
    }
  }

  /** Whoever was told meanwhile that the claim is not in: then it must not get in unnoticed. */
  function letInIfWaiting(waiter: Waiter): void {
    if (waiters.has(waiter.claim.claimId)) letIn(waiter);
  }

  function hearAnswer({ waiter, epoch }: IntakeCall, answer: IntakeAnswer): void {
    const { campaignId, claim } = waiter;
    if (answer === 'stale') {
      epochs.forget(campaignId, epoch);
      letInIfWaiting(waiter);
      return;
    }
    if (answer === 'busy') {
      setTimeout(() => letInIfWaiting(waiter), BUSY_MS);
      return;
    }
    switch (answer.kind) {
      case 'refused':
        waiters.settle(claim.claimId, answer.refusal);
        return;
      case 'entered':
        waiter.inBy = { claimId: claim.claimId, epoch };
        return;
      case 'known': {
        const { claimId, rank, isStored } = answer;
        if (isStored) {
          waiters.settle(claim.claimId, hasClaim(waiter, { claimId, rank }));
          return;
        }
        waiter.inBy = { claimId, epoch };
        callForDrain(campaignId);
        if (claimId !== claim.claimId) void awaitOther(waiter);
        return;
      }
      default:
        impossible(answer);
    }
  }

  function hearFailure({ waiter }: IntakeCall, error: unknown): void {
    fail(waiter, error);
  }

  /** One that was in before goes on waiting; it is pending, whatever became of this try. */
  function fail({ inBy, claim }: Waiter, error: unknown): void {
    if (!inBy) waiters.fail(claim.claimId, error);
  }

  /** The member is in by another claim that is not stored yet, and perhaps waited for elsewhere. */
  async function awaitOther(waiter: Waiter): Promise<void> {
    const { campaignId, claim } = waiter;
    try {
      for (let retry = 1; waiters.has(claim.claimId); retry += 1) {
        const stored = await findStored(campaignId, claim.memberId);
        if (stored) waiters.settle(claim.claimId, hasClaim(waiter, stored));
        else await backOff(retry, FIRST_LOOK_MS, LONGEST_LOOK_MS);
      }
    } catch (error) {
      fail(waiter, error);
    }
  }
}

/** What a member is told who has a claim: this one, or one of before. */
function hasClaim({ claim }: Waiter, { claimId, rank }: { claimId: Id; rank: number }): Entered {
  return { state: claimId === claim.claimId ? 'issued' : 'already', claimId, rank };
}
