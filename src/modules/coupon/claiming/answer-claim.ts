import type { FastifyReply } from 'fastify';
import type { Claimed } from './claim-coupon.ts';

/**
 * Answers with a claim; one that is pending with the address at which to ask for it.
 * @param whenIssued the status of a claim that is stored
 */
export function sendClaim(reply: FastifyReply, claimed: Claimed, whenIssued: 200 | 201) {
  if (claimed.state === 'issued') return reply.code(whenIssued).send(claimed);
  const { couponId, state, epoch } = claimed;
  return reply
    .code(202)
    .header('location', `/api/v1/coupons/${couponId}/claims/me?epoch=${epoch}`)
    .header('retry-after', 1)
    .send({ couponId, state });
}
