import type { Id } from '../ids/id.ts';
import type { Closure, Entry } from './first-come.rules.ts';

/** A claim on its way in. */
export type NewClaim = { claimId: Id; memberId: Id; extra: string };

/** What the script says to one claim. */
export type Answer =
  | { kind: 'entered'; rank: number }
  /** The member is in already, by this claim or another one; `isStored` when MySQL has it. */
  | { kind: 'known'; claimId: Id; rank: number; isStored: boolean }
  /** For the reason that is the standing's closure. */
  | { kind: 'refused' };

/** Where a campaign stood after a call of the script. */
export type Standing = {
  closure: Closure | undefined;
  /** Of the last claim let in. */
  rank: number;
  opensAtMs: number;
  /** By Redis' time; negative after the opening. */
  opensInMs: number;
  /** What was added to the stream; with the first entry of an empty one, nobody drains it yet. */
  added: 'none' | 'first' | 'more';
};

/**
 * 'stale' when Redis does not know the epoch, or was restarted since; 'busy' for a moment at an
 * epoch's beginning.
 */
export type Decision = 'stale' | 'busy' | { standing: Standing; answers: Answer[] };

/** Claims of one stream entry. */
export type Taken = { streamId: string; instanceId: Id; entries: Entry[] };

/** What a drain has stored since it last read. */
export type Stored = { rank: number; streamIds: string[] };

/** What Redis knows of a campaign. */
export type Head = {
  epoch: number;
  version: number;
  /** Up to this rank, claims are known to be stored. */
  settledRank: number;
  isOfThisRun: boolean;
};

export type EnterReply = [
  outcome: 'ok' | 'stale' | 'busy',
  closure: Closure | 'open',
  rank: number,
  settledRank: number,
  opensAtMs: number,
  opensInMs: number,
  added: Standing['added'],
  ...answers: (number | string)[],
];

export function readDecision(reply: EnterReply): Decision {
  const [outcome, closure, rank, settledRank, opensAtMs, opensInMs, added, ...answers] = reply;
  if (outcome !== 'ok') return outcome;
  return {
    standing: {
      closure: closure === 'open' ? undefined : closure,
      rank,
      opensAtMs,
      opensInMs,
      added,
    },
    answers: answers.map((answer) => readAnswer(answer, settledRank)),
  };
}

function readAnswer(answer: number | string, settledRank: number): Answer {
  if (answer === 0) return { kind: 'refused' };
  if (typeof answer === 'number') return { kind: 'entered', rank: answer };
  const [claimId = '', digits] = answer.split(' ');
  const rank = Number(digits);
  return { kind: 'known', claimId, rank, isStored: rank <= settledRank };
}

export function readHead(
  [epoch, version, settledRank, ofRun]: (string | null)[],
  run: string,
): Head | undefined {
  if (typeof epoch !== 'string') return undefined;
  return {
    epoch: Number(epoch),
    version: Number(version),
    settledRank: Number(settledRank),
    isOfThisRun: ofRun === run,
  };
}

export type TakenReply = [streamId: string, instanceId: Id, claims: string];

export function readTaken([streamId, instanceId, claims]: TakenReply): Taken {
  const rows = JSON.parse(claims) as [Id, Id, number, string][];
  return {
    streamId,
    instanceId,
    entries: rows.map(([claimId, memberId, rank, extra]) => ({ claimId, memberId, rank, extra })),
  };
}
