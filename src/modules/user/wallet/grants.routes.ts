import { Type } from 'typebox';
import { adminIdOf } from '../../../platform/auth/access-token.ts';
import { idempotencyKeyOf } from '../../../platform/idempotency/idempotency-key.ts';
import type { Grant, MakeGrant } from './make-grant.ts';

/** What every grant says, of whatever is granted. */
export const grantFields = {
  amount: Type.Integer({
    minimum: 1,
    maximum: 1_000_000_000,
    description: 'In KRW',
    examples: [10_000],
  }),
  reason: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'The member reads it, too',
    examples: ['늦은 배송에 대한 사과'],
  }),
};

type GrantRequest = Parameters<typeof adminIdOf>[0] & Parameters<typeof idempotencyKeyOf>[0];
type GrantReply = {
  code: (status: 201) => unknown;
  header: (name: string, value: string) => unknown;
};

/**
 * Makes what an admin's request grants, and gives the entry as its answer.
 * @param route names what is granted: the same key means something else on another route
 */
export async function answerGrant<Given extends Grant, View>(
  request: GrantRequest,
  reply: GrantReply,
  { route, grant, make }: { route: string; grant: Given; make: MakeGrant<Given, View> },
): Promise<View> {
  const adminId = adminIdOf(request);
  // The member is part of what is compared: one key must not stand for two members' grants.
  const key = idempotencyKeyOf({ headers: request.headers, body: grant }, adminId, route);
  const { entry, replayed } = await make(adminId, grant, key);
  if (replayed) reply.header('idempotency-replayed', 'true');
  reply.code(201);
  return entry;
}
