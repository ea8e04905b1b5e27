import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autocannonLoad } from '../../../scripts/bench/autocannon-load.ts';
import type { Message } from '../../../scripts/bench/subject.ts';

describe('load by autocannon', () => {
  const server = fastify();
  const seen = new Map<string, number>();
  let url: string;

  beforeAll(async () => {
    server.post<{ Body: { place: number } }>('/', (request, reply) => {
      const key = `${String(request.headers.authorization)} ${request.body.place}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return reply.code(request.body.place === 0 ? 409 : 201).send({});
    });
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });

  afterAll(() => server.close());

  it('sends all messages equally often, and counts refusals apart', async () => {
    const messages: Message[] = Array.from({ length: 4 }, (_, place) => ({
      headers: { authorization: `token ${place}`, 'content-type': 'application/json' },
      body: JSON.stringify({ place }),
    }));
    const request = { method: 'POST' as const, path: '/', messages };
    const result = await autocannonLoad()({ url, request, connections: 8, seconds: 1 });

    expect([...seen.keys()].toSorted()).toEqual([
      'token 0 0',
      'token 1 1',
      'token 2 2',
      'token 3 3',
    ]);
    const counts = [...seen.values()];
    // Eight connections: as many may have been cut off at the end.
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(8);
    expect(result.failed).toBe(0);
    expect(result.answered).toBeGreaterThan(100);
    expect(Math.abs(result.refused - result.answered / 4)).toBeLessThanOrEqual(8);
  });
});
