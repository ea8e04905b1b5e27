import type { FastifyInstance, FastifyRequest } from 'fastify';
import { unauthenticated } from '../errors/problem.ts';
import type { Id } from '../ids/id.ts';
import type { Role } from './permissions.ts';

/** What an access token says: who, and for admins in which role. */
export type Claims = { kind: 'member'; sub: Id } | { kind: 'admin'; sub: Id; role: Role };

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: Claims;
    user: Claims;
  }
}

export const ACCESS_TOKEN_SECONDS = 15 * 60;

/** Signs the claims; valid for ACCESS_TOKEN_SECONDS. */
export type SignAccessToken = (claims: Claims) => string;

export function accessTokenSigner(server: FastifyInstance): SignAccessToken {
  return (claims) => server.jwt.sign(claims);
}

/** Hook of routes that only members may call. */
export async function membersOnly(request: FastifyRequest): Promise<void> {
  const claims = await verify(request);
  if (claims.kind !== 'member') throw unauthenticated('This needs a member, not an admin');
}

/** The member who sent the request; its route has the hook membersOnly. */
export function memberIdOf(request: FastifyRequest): Id {
  return request.user.sub;
}

/** The admin who sent the request; admin routes let nobody else through. */
export function adminIdOf(request: FastifyRequest): Id {
  return request.user.sub;
}

export async function verify(request: FastifyRequest): Promise<Claims> {
  try {
    return await request.jwtVerify<Claims>();
  } catch (error) {
    const problem = unauthenticated();
    problem.cause = error;
    throw problem;
  }
}
