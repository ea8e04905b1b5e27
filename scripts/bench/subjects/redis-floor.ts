import { Redis, type Result } from 'ioredis';
import type { StartSubject } from '../subject.ts';
import { listenLocally, plainFastify, smallPost, withTokenCheck } from './fastify-floor.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeOne(key: string): Result<number, Context>;
  }
}

/** Fastify behind a token that makes one Lua call to Redis for an answer. */
export const startRedisLua: StartSubject = async ({ redisUrl }) => {
  const redis = new Redis(redisUrl);
  redis.defineCommand('takeOne', {
    numberOfKeys: 1,
    lua: `return redis.call('INCR', KEYS[1])`,
  });
  await redis.del('bench:taken');
  const server = plainFastify();
  const token = await withTokenCheck(server);
  server.post('/', async () => ({ rank: await redis.takeOne('bench:taken') }));
  const url = await listenLocally(server);
  return {
    url,
    request: smallPost('/', token),
    isExact: async ({ accepted }) => Number(await redis.get('bench:taken')) >= accepted,
    stop: async () => {
      await server.close();
      redis.disconnect();
    },
  };
};
