import type { FastifyInstance } from 'fastify';
import { alwaysExact, type StartSubject } from '../subject.ts';
import { bearer, listenLocally, plainFastify, withTokenCheck } from './fastify-floor.ts';

const SMALL = {
  200: {
    type: 'object',
    properties: { id: { type: 'string' }, state: { type: 'string' }, amount: { type: 'integer' } },
  },
};

function addSmallJson(server: FastifyInstance): void {
  server.get('/', { schema: { response: SMALL } }, () => ({
    id: '01942f3c-7a10-7c3e-9d51-3f0b6a1c2d4e',
    state: 'paid',
    amount: 12_000,
  }));
}

/** Fastify that answers with a small JSON. */
export const startJson: StartSubject = async () => {
  const server = plainFastify();
  addSmallJson(server);
  const url = await listenLocally(server);
  return {
    url,
    request: { method: 'GET', path: '/', messages: [{ headers: {} }] },
    isExact: alwaysExact,
    stop: () => server.close(),
  };
};

/** The same behind a token. */
export const startJsonBehindToken: StartSubject = async () => {
  const server = plainFastify();
  const token = await withTokenCheck(server);
  addSmallJson(server);
  const url = await listenLocally(server);
  return {
    url,
    request: { method: 'GET', path: '/', messages: [{ headers: bearer(token) }] },
    isExact: alwaysExact,
    stop: () => server.close(),
  };
};

const TEN_KILOBYTES = Buffer.from(JSON.stringify({ filler: 'x'.repeat(10_225) }));

/** Fastify that answers with a finished buffer of 10 KB. */
export const startBuffer: StartSubject = async () => {
  const server = plainFastify();
  server.get('/', (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(TEN_KILOBYTES),
  );
  const url = await listenLocally(server);
  return {
    url,
    request: { method: 'GET', path: '/', messages: [{ headers: {} }] },
    isExact: alwaysExact,
    stop: () => server.close(),
  };
};
