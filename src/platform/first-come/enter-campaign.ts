import { setTimeout as pause } from 'node:timers/promises';
import { backOff } from '../batching/backoff.ts';
import { impossible } from '../errors/impossible.ts';
import { newId, type Id } from '../ids/id.ts';
import type { Epochs } from './epochs.ts';
import { firstComeUnavailable } from './first-come.errors.ts';
import type { FindStored } from './find-stored.ts';
import type { Intake, IntakeAnswer } from './intake.ts';
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
 * until the claim is stored.
 */
export function createEnterCampaign(parts: EnterCampaignParts) {
  const { epochs, intake, refusals, waiters, findStored, callForDrain } = parts;

  return { enter, letIn };

  async function enter(campaignId: Id, memberId: Id, extra: string): Promise<Entered> {
    const refusal = refusals.refusalFor(campaignId, memberId);
    if (refusal) return refusal;
    // A half surrogate pair would make the script fail, for everybody in the same call.
    const claim = { claimId: newId(), memberId, extra: extra.toWellFormed() };
    // Waits from now on: another instance may have stored the claim before the script's answer is read.
    const { waiter, entered } = waiters.add(campaignId, claim);
    void letIn(waiter);
    return entered;
  }

  /**
   * Sends a claim in, for the first time or again. Again is harmless: the member is in by this claim,
   * or gets in by it now that Redis has lost it.
   */
  async function letIn(waiter: Waiter): Promise<void> {
    const { claimId } = waiter.claim;
    try {
      const entered = await answerTo(waiter);
      if (entered) waiters.settle(claimId, entered);
    } catch (error) {
      // One that was in before goes on waiting; it is pending, whatever became of this try.
      if (!waiter.inBy) waiters.fail(claimId, error);
    }
  }

  /** Undefined when the claim is in, and only has to be stored. */
  async function answerTo(waiter: Waiter): Promise<Entered | undefined> {
    const { campaignId, claim } = waiter;
    const found = await submit(waiter);
    if (!found) return { state: 'unknown' };
    const { answer, epoch } = found;
    switch (answer.kind) {
      case 'refused':
        return answer.refusal;
      case 'entered':
        waiter.inBy = { claimId: claim.claimId, epoch };
        return undefined;
      case 'known': {
        const { claimId, rank, isStored } = answer;
        const isOwn = claimId === claim.claimId;
        if (isStored) return { state: isOwn ? 'issued' : 'already', claimId, rank };
        waiter.inBy = { claimId, epoch };
        callForDrain(campaignId);
        return isOwn ? undefined : awaitOther(waiter);
      }
      default:
        return impossible(answer);
    }
  }

  /** The member is in by another claim that is not stored yet, and perhaps waited for elsewhere. */
  async function awaitOther({ campaignId, claim }: Waiter): Promise<Entered | undefined> {
    for (let retry = 1; waiters.has(claim.claimId); retry += 1) {
      const stored = await findStored(campaignId, claim.memberId);
      if (stored) {
        const { claimId, rank } = stored;
        return { state: claimId === claim.claimId ? 'issued' : 'already', claimId, rank };
      }
      await backOff(retry, FIRST_LOOK_MS, LONGEST_LOOK_MS);
    }
    return undefined;
  }

  /** Undefined when there is no such campaign. */
  async function submit(
    waiter: Waiter,
  ): Promise<{ answer: IntakeAnswer; epoch: number } | undefined> {
    const { campaignId, claim } = waiter;
    const isReturning = waiter.inBy !== undefined;
    for (;;) {
      const epoch = await epochs.current(campaignId);
      if (epoch === undefined) return undefined;
      // Told meanwhile that the claim is not in: then it must not get in unnoticed.
      if (!waiters.has(claim.claimId)) throw firstComeUnavailable();
      const answer = await intake({ campaignId, epoch, isReturning, claim });
      if (answer === 'stale') epochs.forget(campaignId, epoch);
      else if (answer === 'busy') await pause(BUSY_MS);
      else return { answer, epoch };
    }
  }
}
