import type { FastifyReply, FastifyRequest } from 'fastify';
import { memberIdOf } from '../../../platform/auth/access-token.ts';
import { Problem } from '../../../platform/errors/problem.ts';
import { Attempts, networkOf } from '../../../platform/http/attempts.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { couponCodeWrong, tooManyClaims } from '../coupon.errors.ts';

/** Claims a minute by one member: impatience is fine, a program that hammers is not. */
export const CLAIMS_BY_MEMBER = 60;
/** Claims a minute from one address, which the members behind a carrier's gateway share. */
export const CLAIMS_FROM_ADDRESS = 1200;
/** Wrong codes a minute by one member. */
export const WRONG_CODES = 10;

export type ClaimLimits = ReturnType<typeof createClaimLimits>;

/**
 * What keeps those who try too often away from the gate. Every way to claim counts together, each
 * instance by itself.
 * @param isOn false lets everybody through
 */
export function createClaimLimits({ isOn }: { isOn: boolean }) {
  const fromAddress = new Attempts(CLAIMS_FROM_ADDRESS);
  const byMember = new Attempts(CLAIMS_BY_MEMBER);
  const wrongCodes = new Attempts(WRONG_CODES);

  return {
    /** Hook: comes before the token is looked at. */
    limitAddress: ((request, _reply, done) => {
      if (isOn) refuseFor(fromAddress.count(networkOf(request.ip)));
      done();
    }) satisfies Hook,

    /** Hook: comes after membersOnly. */
    limitMember: ((request, _reply, done) => {
      if (isOn) refuseFor(byMember.count(memberIdOf(request)));
      done();
    }) satisfies Hook,

    /** Runs a claim with a code, and counts those that are wrong: codes cannot be guessed in a row. */
    guess: async <T>(memberId: Id, claim: () => Promise<T>): Promise<T> => {
      if (isOn) refuseFor(wrongCodes.refusesNext(memberId));
      try {
        return await claim();
      } catch (error) {
        if (isWrongCode(error)) wrongCodes.count(memberId);
        throw error;
      }
    },
  };
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

function refuseFor(retryAfterSeconds: number | undefined): void {
  if (retryAfterSeconds !== undefined) throw tooManyClaims(undefined, { retryAfterSeconds });
}

const WRONG_CODE = couponCodeWrong().code;

function isWrongCode(error: unknown): boolean {
  return error instanceof Problem && error.code === WRONG_CODE;
}
