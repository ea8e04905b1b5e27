import { createHmac } from 'node:crypto';
import type { Claims } from '../../../src/platform/auth/access-token.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';

export type Member = { id: Id; token: string };

const VALID_SECONDS = 3600;
const SECRET = 'signs the tokens of members who never logged in';

/** For every instance of a shop that is to believe the tokens of these members. */
export const KNOWS_MEMBERS = { SHOP_JWT_SECRET: SECRET };

/** Members without an account: who claims is known by the token alone, and a crowd is there at once. */
export function createMembers(howMany: number): Member[] {
  return Array.from({ length: howMany }, () => {
    const id = newId();
    return { id, token: sign({ kind: 'member', sub: id }) };
  });
}

function sign(claims: Claims): string {
  const iat = Math.floor(Date.now() / 1000);
  const signed = [
    { alg: 'HS256', typ: 'JWT' },
    { ...claims, iat, exp: iat + VALID_SECONDS },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}
