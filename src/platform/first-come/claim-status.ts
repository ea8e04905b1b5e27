import type { Id } from '../ids/id.ts';
import type { Epochs } from './epochs.ts';
import type { FindStored } from './find-stored.ts';
import type { GateRedis } from './gate-redis.ts';

/** What became of a member's claim. */
export type ClaimStatus =
  | { state: 'issued'; claimId: Id; rank: number }
  | { state: 'pending'; epoch: number }
  /** Nothing is known of it: it never was in, could not be stored, or was lost with Redis. */
  | { state: 'claim_again' };

/**
 * Answers whoever was told "pending".
 * @param parts.findStored looks in the database
 */
export function createClaimStatus(parts: {
  epochs: Epochs;
  redis: GateRedis;
  findStored: FindStored;
}) {
  const { epochs, redis, findStored } = parts;

  /**
   * @param epoch in which the claim was pending. Throws `first_come_unavailable` when the claim is not
   *   stored and Redis is away.
   */
  return async function statusOf(
    campaignId: Id,
    epoch: number,
    memberId: Id,
  ): Promise<ClaimStatus> {
    const stored = await findStored(campaignId, memberId);
    if (stored) return { state: 'issued', claimId: stored.claimId, rank: stored.rank };
    const present = await epochs.renew(campaignId, 0);
    if (present === undefined) return { state: 'claim_again' };
    const isIn =
      (await redis.hasMember(campaignId, present, memberId)) ||
      // It may not have come back through the present epoch yet.
      ((await redis.oldEpochs(campaignId)).includes(epoch) &&
        (await redis.hasMember(campaignId, epoch, memberId)));
    return isIn ? { state: 'pending', epoch: present } : { state: 'claim_again' };
  };
}
