import type { FastifyReply } from 'fastify';
import type { Claimed } from './claim-coupon.ts';

/**
 * What a claim is answered with; one that is pending with the address at which to ask for it.
 * @param whenIssued the status of a claim that is stored
 */
export function answerClaim(reply: FastifyReply, claimed: Claimed, whenIssued: 200 | 201) {
  if (claimed.state === 'issued') {
    reply.code(whenIssued);
    return claimed;
  }
  const { couponId, state, epoch } = claimed;
  reply
    .code(202)
    .header('location', `/api/v1/coupons/${couponId}/claims/me?epoch=${epoch}`)
    .header('retry-after', 1);
  return { couponId, state };
}
