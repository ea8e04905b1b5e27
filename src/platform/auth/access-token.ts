import jwt from '@fastify/jwt';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
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

declare module 'fastify' {
  interface FastifyInstance {
    /** Claims of tokens that were verified, by the Authorization header that brought them. */
    verifiedTokens: LRUCache<string, VerifiedClaims>;
    /** By which tokens are issued and expire: hosts whose clocks differ agree about them. */
    tokenClock: Clock;
  }
}

type VerifiedClaims = Claims & { /** In seconds since 1970. */ exp: number };

export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** A crowd's, of about half a kilobyte each: were they fewer than it, each claim would cost a check. */
const REMEMBERED_TOKENS = 50_000;
const BEARER = /^Bearer (\S+)$/i;

/**
 * Has the server sign tokens, and verify them by the shop's clock. A returning shopper's token passes
 * without a signature check, until it expires.
 */
export async function acceptTokens(
  server: FastifyInstance,
  secret: string,
  clock: Clock,
): Promise<void> {
  await server.register(jwt, {
    secret,
    sign: { expiresIn: ACCESS_TOKEN_SECONDS, algorithm: 'HS256' },
    // `exp` would be compared with the host's clock; `verify` below compares it with the shop's.
    verify: { algorithms: ['HS256'], ignoreExpiration: true },
  });
  const tokens = new LRUCache<string, VerifiedClaims>({ max: REMEMBERED_TOKENS });
  server.decorate('verifiedTokens', tokens);
  server.decorate('tokenClock', clock);
}

/** Signs the claims; valid for ACCESS_TOKEN_SECONDS. */
export type SignAccessToken = (claims: Claims) => string;

export function accessTokenSigner(server: FastifyInstance): SignAccessToken {
  return (claims) => {
    // `exp` is counted from it; without it both would be the host's.
    const issued = { ...claims, iat: Math.floor(server.tokenClock.nowMs() / 1000) };
    return server.jwt.sign(issued);
  };
}

/** Hook of routes that only members may call. */
export function membersOnly(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (verify(request).kind !== 'member') throw unauthenticated('This needs a member, not an admin');
  done();
}

/** The member who sent the request; its route has the hook membersOnly. */
export function memberIdOf(request: FastifyRequest): Id {
  return request.user.sub;
}

/** The admin who sent the request; admin routes let nobody else through. */
export function adminIdOf(request: FastifyRequest): Id {
  return request.user.sub;
}

/** Who sends the request. Throws `unauthenticated` without a token that is signed and not expired. */
export function verify(request: FastifyRequest): Claims {
  const { verifiedTokens, tokenClock } = request.server;
  const header = request.headers.authorization ?? '';
  const claims = verifiedTokens.get(header) ?? readSigned(request.server, header);
  // A token that does not say when it expires is not good for a moment.
  const isInTime = claims.exp * 1000 > tokenClock.nowMs();
  if (!isInTime) throw unauthenticated();
  return (request.user = claims);
}

/**
 * Reads what the token says, expired or not, and remembers it. Throws `unauthenticated` when it is
 * not signed.
 */
function readSigned(server: FastifyInstance, header: string): VerifiedClaims {
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw unauthenticated();
  try {
    const claims = server.jwt.verify<VerifiedClaims>(token);
    server.verifiedTokens.set(header, claims);
    return claims;
  } catch (error) {
    const problem = unauthenticated();
    problem.cause = error;
    throw problem;
  }
}
