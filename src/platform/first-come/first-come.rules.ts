/** A member's claim as it waits in Redis to be stored. */
export type Entry = {
  claimId: string;
  memberId: string;
  /** The how-manieth claim of its campaign it is, from 1. */
  rank: number;
  /** What the module gave with the claim. */
  extra: string;
};

/** A claim that is stored. */
export type Claim = Omit<Entry, 'extra'>;

/** A campaign's counter row, locked: claims may be stored up to the quota. */
export type ClaimCounter = { epoch: number; quota: number; issued: number };

/**
 * Why entries cannot be stored as they came: what Redis believes is not what the database knows.
 * Whichever it is, the campaign gets a new epoch, filled from the database.
 */
export type Irregularity =
  | 'sold_out'
  | 'member_has_claim'
  | 'rank_gap'
  | 'rank_repeated'
  | 'entries_lost';

export type Admitted = {
  /** Of the entries, in their order, those that are stored now; fresh ones included. */
  claims: Claim[];
  /** Those of them that have to be inserted. */
  fresh: Entry[];
  /** Why the rest is not stored; undefined when there is no rest. */
  stoppedBy: Irregularity | undefined;
};

/**
 * Which entries become claims. The k-th claim of a campaign has rank k, so the ranks to come are
 * known: an entry that does not have the next one shows that Redis lost or repeated something.
 * @param entries in the order of their ranks
 * @param known claims that members of these entries have; empty when none of them can have one
 */
export function admitByRank(
  counter: ClaimCounter,
  entries: readonly Entry[],
  known: readonly Claim[],
): Admitted {
  const byMember = new Map(known.map((claim) => [claim.memberId, claim]));
  const claims: Claim[] = [];
  const fresh: Entry[] = [];
  let rank = counter.issued;
  for (const entry of entries) {
    const { claimId, memberId } = entry;
    const earlier = byMember.get(memberId);
    // A batch comes again when its end was not noticed: what it stored then is a success still.
    if (earlier?.claimId === claimId) {
      claims.push(earlier);
      continue;
    }
    const stoppedBy = earlier ? 'member_has_claim' : irregularityOf(entry, rank + 1, counter.quota);
    if (stoppedBy) return { claims, fresh, stoppedBy };
    rank += 1;
    const claim = { claimId, memberId, rank };
    byMember.set(memberId, claim);
    claims.push(claim);
    fresh.push(entry);
  }
  return { claims, fresh, stoppedBy: undefined };
}

function irregularityOf(entry: Entry, nextRank: number, quota: number): Irregularity | undefined {
  if (entry.rank < nextRank) return 'rank_repeated';
  if (entry.rank > nextRank) return 'rank_gap';
  return nextRank > quota ? 'sold_out' : undefined;
}

/** Why nobody gets in at the moment. */
export type Closure = 'sold_out' | 'not_open' | 'paused' | 'closed';

const LONGEST_MEMORY_MS = 1000;
/** Near the opening an answer must not outlive it by what a clock or a changed window is off. */
const MEMORY_BEFORE_OPENING_MS = 200;
const NEAR_OPENING_MS = 5000;

/**
 * For how long an instance may repeat an answer without asking Redis, in milliseconds.
 * @param opensInMs until the opening, by Redis' time, when the question was sent
 */
export function memoryMs(closure: Closure, opensInMs: number): number {
  if (closure !== 'not_open') return LONGEST_MEMORY_MS;
  const longest = opensInMs < NEAR_OPENING_MS ? MEMORY_BEFORE_OPENING_MS : LONGEST_MEMORY_MS;
  return Math.max(0, Math.min(longest, opensInMs));
}
