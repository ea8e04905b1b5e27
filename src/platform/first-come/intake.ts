import { Collector } from '../batching/collector.ts';
import type { Id } from '../ids/id.ts';
import type { Answer, Standing } from './gate-replies.ts';
import type { GateRedis } from './gate-redis.ts';
import { toRefusal, type Refusal } from './remembered-refusals.ts';
import type { Waiter } from './waiters.ts';

/** A claim that goes to Redis, with the epoch that its instance believes in. */
export type IntakeCall = {
  waiter: Waiter;
  epoch: number;
  /** It was let in before, and what became of it is not known. */
  isReturning: boolean;
};

/** 'stale' when the epoch is another one, 'busy' when those who return go first: ask again. */
export type IntakeAnswer =
  | 'stale'
  | 'busy'
  | Exclude<Answer, { kind: 'refused' }>
  | { kind: 'refused'; refusal: Refusal };

export type IntakeParts = {
  redis: GateRedis;
  instanceId: Id;
  /**
   * Hears after each call of the script where the campaign stands, and when it was asked (on the
   * process's monotonic clock).
   */
  onStanding: (campaignId: Id, epoch: number, standing: Standing, sentAtMs: number) => void;
  /** Hears of each claim what the script said. */
  onAnswer: (call: IntakeCall, answer: IntakeAnswer) => void;
  /** Hears of each claim whose call failed. */
  onFailure: (call: IntakeCall, error: unknown) => void;
};

/** Lets a claim in, together with others. */
export type Intake = (call: IntakeCall) => void;

/** One stream entry holds as many claims at the most; several make a transaction. */
const MAX_CLAIMS_PER_CALL = 250;

/** Claims that come while a call of the script runs share the next one; they keep their order. */
export function createIntake(parts: IntakeParts): Intake {
  const { redis, instanceId, onStanding, onAnswer, onFailure } = parts;
  const collector = new Collector<IntakeCall>({
    maxWeight: MAX_CLAIMS_PER_CALL,
    pauseMs: 0,
    run: async (calls) => {
      await Promise.all(groupsOf(calls).map(enterTogether));
    },
  });
  return (call) => collector.add(call);

  async function enterTogether(group: Group): Promise<void> {
    const { campaignId, epoch, isReturning, calls } = group;
    const claims = calls.map(({ waiter }) => waiter.claim);
    const sentAtMs = performance.now();
    let decision;
    try {
      decision = await redis.enter(campaignId, { epoch, instanceId, isReturning, claims });
    } catch (error) {
      for (const call of calls) onFailure(call, error);
      return;
    }
    if (typeof decision === 'string') {
      for (const call of calls) onAnswer(call, decision);
      return;
    }
    const { standing, answers } = decision;
    onStanding(campaignId, epoch, standing, sentAtMs);
    calls.forEach((call, index) => {
      const answer = answers[index];
      if (answer) onAnswer(call, withReason(answer, standing));
      else onFailure(call, new Error('the script left a claim without an answer'));
    });
  }
}

type Group = { campaignId: Id; epoch: number; isReturning: boolean; calls: IntakeCall[] };

/** What one call of the script takes; hardly ever is it more than one. */
function groupsOf(calls: readonly IntakeCall[]): Group[] {
  const groups: Group[] = [];
  for (const call of calls) {
    const { epoch, isReturning } = call;
    const { campaignId } = call.waiter;
    const group = groups.find(
      (one) =>
        one.campaignId === campaignId && one.epoch === epoch && one.isReturning === isReturning,
    );
    if (group) group.calls.push(call);
    else groups.push({ campaignId, epoch, isReturning, calls: [call] });
  }
  return groups;
}

function withReason(answer: Answer, standing: Standing): IntakeAnswer {
  return answer.kind === 'refused' ? { ...answer, refusal: toRefusal(standing) } : answer;
}
