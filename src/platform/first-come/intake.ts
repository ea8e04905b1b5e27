import { batchedCall, type Outcome } from '../batching/batched-call.ts';
import { groupBy } from '../collections/group-by.ts';
import type { Id } from '../ids/id.ts';
import type { Answer, NewClaim, Standing } from './gate-replies.ts';
import type { GateRedis } from './gate-redis.ts';
import { toRefusal, type Refusal } from './remembered-refusals.ts';

/** A claim that goes to Redis, with the epoch that its instance believes in. */
export type IntakeCall = {
  campaignId: Id;
  epoch: number;
  /** It was let in before, and what became of it is not known. */
  isReturning: boolean;
  claim: NewClaim;
};

export type IntakeAnswer =
  | Exclude<Answer, { kind: 'refused' }>
  | { kind: 'refused'; refusal: Refusal };

/** Without an answer when the epoch is another one, or those who return go first: ask again. */
type Decided = 'stale' | 'busy' | IntakeAnswer;

/** Lets a claim in, together with others. */
export type Intake = (call: IntakeCall) => Promise<Decided>;

/** One stream entry holds as many claims at the most; several make a transaction. */
const MAX_CLAIMS_PER_CALL = 250;

/**
 * Claims that come while a call of the script runs share the next one; they keep their order.
 * @param onStanding hears after each call where the campaign stands, and when it was asked (on the
 *   process's monotonic clock)
 */
export function createIntake(parts: {
  redis: GateRedis;
  instanceId: Id;
  onStanding: (campaignId: Id, epoch: number, standing: Standing, sentAtMs: number) => void;
}): Intake {
  const { redis, instanceId, onStanding } = parts;

  return batchedCall<IntakeCall, Decided>({
    maxInputs: MAX_CLAIMS_PER_CALL,
    pauseMs: 0,
    run: async (calls) => {
      const groups = groupBy(
        calls,
        (call) => `${call.campaignId} ${call.epoch} ${call.isReturning}`,
      );
      const outcomes = new Map<IntakeCall, Outcome<Decided>>();
      await Promise.all(
        [...groups.values()].map(async (group) => {
          const answers = await enterTogether(group);
          group.forEach((call, index) => {
            const answer = answers[index];
            if (answer) outcomes.set(call, answer);
          });
        }),
      );
      return calls.map((call) => outcomes.get(call) ?? lost());
    },
  });

  async function enterTogether(group: IntakeCall[]): Promise<Outcome<Decided>[]> {
    const [first] = group;
    if (!first) return [];
    const { campaignId, epoch, isReturning } = first;
    const sentAtMs = performance.now();
    try {
      const claims = group.map(({ claim }) => claim);
      const decision = await redis.enter(campaignId, { epoch, instanceId, isReturning, claims });
      if (typeof decision === 'string') return group.map(() => ({ ok: true, value: decision }));
      const { standing, answers } = decision;
      onStanding(campaignId, epoch, standing, sentAtMs);
      return answers.map((answer) => ({ ok: true, value: withReason(answer, standing) }));
    } catch (error) {
      return group.map(() => ({ ok: false, error }));
    }
  }
}

function withReason(answer: Answer, standing: Standing): IntakeAnswer {
  return answer.kind === 'refused' ? { ...answer, refusal: toRefusal(standing) } : answer;
}

function lost(): Outcome<never> {
  return { ok: false, error: new Error('the script left a claim without an answer') };
}
