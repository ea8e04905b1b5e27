import jwt from '@fastify/jwt';
import { fastify, type FastifyInstance } from 'fastify';
import { newId } from '../../../src/platform/ids/id.ts';
import type { LoadRequest } from '../subject.ts';

/**
 * A Fastify as anyone would write it, without the shop's hooks, validation and error handling: what
 * a floor stands on.
 */
export function plainFastify(): FastifyInstance {
  return fastify({ logger: false });
}

/** Adds the token check that the shop's own routes have, and gives a token that passes it. */
export async function withTokenCheck(server: FastifyInstance): Promise<string> {
  await server.register(jwt, {
    secret: 'a secret of the bench, at least 32 characters',
    verify: { algorithms: ['HS256'], cache: 10_000 },
  });
  server.addHook('onRequest', async (request) => {
    await request.jwtVerify();
  });
  return server.jwt.sign({ kind: 'member', sub: newId() });
}

export async function listenLocally(server: FastifyInstance): Promise<string> {
  return server.listen({ host: '127.0.0.1', port: 0 });
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** A POST with a small JSON body, as the event scenarios send it. */
export function smallPost(path: string, token: string): LoadRequest {
  return {
    method: 'POST',
    path,
    messages: [
      {
        headers: { ...bearer(token), 'content-type': 'application/json' },
        body: JSON.stringify({ note: 'a note of some length, as events carry', amount: 12_000 }),
      },
    ],
  };
}
