import type { FastifyInstance } from 'fastify';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import type { Message } from '../subject.ts';
import { bearer } from './fastify-floor.ts';

/** Enough for 12,000 claims a second in a round of five seconds. */
export const CLAIMANTS = 60_000;

/** A token for longer than the shop's own live, so that none expires in a long run. */
export function memberHeaders({ jwt }: FastifyInstance, memberId: Id): Record<string, string> {
  return bearer(jwt.sign({ kind: 'member', sub: memberId }, { expiresIn: '1d' }));
}

/** A message of one member each. A claim looks at no account: the members have tokens and no more. */
export function claimMessages(server: FastifyInstance, members: number): Message[] {
  return Array.from({ length: members }, () => ({ headers: memberHeaders(server, newId()) }));
}
