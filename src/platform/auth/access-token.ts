import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
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
  }
}

type VerifiedClaims = Claims & { /** In seconds since 1970. */ exp: number };

export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** A crowd's, of about half a kilobyte each: were they fewer than it, each claim would cost a check. */
const REMEMBERED_TOKENS = 50_000;
const BEARER = /^Bearer (\S+)$/i;

/** Lets a returning shopper's token pass without a signature check, until it expires. */
export function rememberTokens(server: FastifyInstance): void {
  const tokens = new LRUCache<string, VerifiedClaims>({ max: REMEMBERED_TOKENS });
  server.decorate('verifiedTokens', tokens);
}

/** Signs the claims; valid for ACCESS_TOKEN_SECONDS. */
export type SignAccessToken = (claims: Claims) => string;

export function accessTokenSigner(server: FastifyInstance): SignAccessToken {
  return (claims) => server.jwt.sign(claims);
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
  const { verifiedTokens, jwt } = request.server;
  const header = request.headers.authorization ?? '';
  const known = verifiedTokens.get(header);
  if (known && known.exp * 1000 > Date.now()) return (request.user = known);
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw unauthenticated();
  try {
    const claims = jwt.verify<VerifiedClaims>(token);
    verifiedTokens.set(header, claims);
    return (request.user = claims);
  } catch (error) {
    const problem = unauthenticated();
    problem.cause = error;
    throw problem;
  }
}
