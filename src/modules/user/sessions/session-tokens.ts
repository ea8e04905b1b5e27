import {
  ACCESS_TOKEN_SECONDS,
  type Claims,
  type SignAccessToken,
} from '../../../platform/auth/access-token.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { hashOfSecret, newSecretToken } from '../../../platform/hashing/secret-token.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { NewRefreshToken } from './sessions.store.ts';

/** What a client gets: `expiresInSeconds` is about the access token. */
export type SessionTokens = {
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
};

/**
 * Makes the next tokens of a session: those that the client gets, and the row that must be stored
 * before it does. A new `familyId` begins a session.
 */
export type IssueTokens = (
  claims: Claims,
  familyId: Id,
) => { tokens: SessionTokens; stored: NewRefreshToken };

const REFRESH_TOKEN_MS = 30 * 86_400_000;

export function createIssueTokens(parts: {
  clock: Clock;
  signAccessToken: SignAccessToken;
}): IssueTokens {
  const { clock, signAccessToken } = parts;

  return function issueTokens(claims, familyId) {
    const refreshToken = newSecretToken();
    return {
      tokens: {
        accessToken: signAccessToken(claims),
        refreshToken,
        expiresInSeconds: ACCESS_TOKEN_SECONDS,
      },
      stored: {
        tokenHash: hashOfSecret(refreshToken),
        familyId,
        subjectId: claims.sub,
        subjectKind: claims.kind,
        expiresAt: new Date(clock.nowMs() + REFRESH_TOKEN_MS),
      },
    };
  };
}
