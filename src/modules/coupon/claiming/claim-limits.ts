import type { FastifyRequest } from 'fastify';
import { memberIdOf } from '../../../platform/auth/access-token.ts';
import { Problem } from '../../../platform/errors/problem.ts';
import type { ShopServer } from '../../../platform/http/shop-server.ts';
import { couponCodeWrong, tooManyClaims } from '../coupon.errors.ts';

/** Claims a minute by one member: impatience is fine, a program that hammers is not. */
export const CLAIMS_BY_MEMBER = 60;
/** Claims a minute from one address, which the members behind a carrier's gateway share. */
export const CLAIMS_FROM_ADDRESS = 1200;
/** Wrong codes a minute by one member. */
export const WRONG_CODES = 10;

const timeWindow = '1 minute';

/**
 * What keeps those who try too often away from the gate. Every route of a scope counts together, each
 * instance by itself; SHOP_RATE_LIMIT=off lifts it all.
 */
export function claimLimits(scope: ShopServer) {
  const fromAddress = scope.createRateLimit({ max: CLAIMS_FROM_ADDRESS, timeWindow });
  const byMember = scope.createRateLimit({
    max: CLAIMS_BY_MEMBER,
    timeWindow,
    keyGenerator: memberIdOf,
  });
  const wrongCodes = scope.createRateLimit({
    max: WRONG_CODES,
    timeWindow,
    keyGenerator: memberIdOf,
  });

  return {
    /** Hook: comes before the token is looked at. */
    limitAddress: async (request: FastifyRequest): Promise<void> => {
      const count = await fromAddress(request);
      if (!count.isAllowed && count.isExceeded) throw tooMany(count.ttlInSeconds);
    },

    /** Hook: comes after membersOnly. */
    limitMember: async (request: FastifyRequest): Promise<void> => {
      const count = await byMember(request);
      if (!count.isAllowed && count.isExceeded) throw tooMany(count.ttlInSeconds);
    },

    /** Runs a claim with a code, and counts those that are wrong: codes cannot be guessed in a row. */
    guess: async <T>(request: FastifyRequest, claim: () => Promise<T>): Promise<T> => {
      const count = await wrongCodes(request, { increment: false });
      if (!count.isAllowed && count.remaining === 0) throw tooMany(count.ttlInSeconds);
      try {
        return await claim();
      } catch (error) {
        if (isWrongCode(error)) await wrongCodes(request);
        throw error;
      }
    },
  };
}

const WRONG_CODE = couponCodeWrong().code;

function isWrongCode(error: unknown): boolean {
  return error instanceof Problem && error.code === WRONG_CODE;
}

function tooMany(retryAfterSeconds: number): Problem {
  return tooManyClaims(undefined, { retryAfterSeconds });
}
