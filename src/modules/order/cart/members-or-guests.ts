import type { FastifyReply, FastifyRequest } from 'fastify';
import { memberIdOf, membersOnly } from '../../../platform/auth/access-token.ts';
import type { ShopServer } from '../../../platform/http/shop-server.ts';
import type { Shopper } from './find-cart-owner.ts';

/** Changes that guests may make a minute from one address: each may leave a cart behind. */
export const GUEST_CHANGES_PER_MINUTE = 120;

const isGuest = (request: FastifyRequest): boolean => request.headers.authorization === undefined;

/** Hook: whoever sends an access token is a member or refused, a wrong one never makes a guest. */
export function membersOrGuests(
  request: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
): void {
  if (isGuest(request)) done();
  else membersOnly(request, reply, done);
}

/** Who sent the request. Its route has the hook membersOrGuests. */
export function shopperOf(request: FastifyRequest): Shopper {
  const cartToken = request.headers['x-cart-token'];
  return {
    memberId: isGuest(request) ? undefined : memberIdOf(request),
    cartToken: typeof cartToken === 'string' ? cartToken : undefined,
  };
}

/** Makes a hook that counts guests' changes by their address. All routes that have it count together. */
export function limitOfGuests(scope: ShopServer) {
  const limit = scope.rateLimit({ max: GUEST_CHANGES_PER_MINUTE, timeWindow: '1 minute' });
  return async function limitGuests(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (isGuest(request)) await limit.call(scope, request, reply);
  };
}
