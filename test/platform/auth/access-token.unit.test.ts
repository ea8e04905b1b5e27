import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ACCESS_TOKEN_SECONDS,
  accessTokenSigner,
  membersOnly,
  memberIdOf,
} from '../../../src/platform/auth/access-token.ts';
import type { Clock } from '../../../src/platform/clock/clock.ts';
import { loadConfig } from '../../../src/platform/config/config.ts';
import { createShopServer, type ShopServer } from '../../../src/platform/http/shop-server.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';

const HOUR_MS = 3_600_000;
const SECRET = 'the same one for both servers of this test';
const member = { kind: 'member', sub: newId() } as const;

/** An hour off the host's clock, to either side. */
describe.each([-HOUR_MS, HOUR_MS])(
  'an access token, with the shop’s clock off by %i ms',
  (offMs) => {
    let nowMs: number;
    const clock: Clock = { now: () => new Date(nowMs), nowMs: () => nowMs };
    let servers: ShopServer[];

    beforeEach(async () => {
      nowMs = Math.floor((Date.now() + offMs) / 1000) * 1000;
      servers = [await startServer(clock), await startServer(clock)];
    });
    afterEach(() => Promise.all(servers.map((server) => server.close())));

    const [signing, other] = [() => servers[0] as ShopServer, () => servers[1] as ShopServer];
    const signed = () => accessTokenSigner(signing())(member);
    const statusOf = async (server: ShopServer, token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await server.inject({ url: '/who', headers })).statusCode;
    };

    it('says that it was made now, and for how long it is good', () => {
      const iat = nowMs / 1000;
      expect(signing().jwt.decode(signed())).toEqual({
        ...member,
        iat,
        exp: iat + ACCESS_TOKEN_SECONDS,
      });
    });

    it('is good until it expires by that clock, read or remembered', async () => {
      const token = signed();
      expect(await statusOf(signing(), token)).toBe(200);
      nowMs += ACCESS_TOKEN_SECONDS * 1000 - 1;
      expect(await statusOf(signing(), token)).toBe(200);
      expect(await statusOf(other(), token)).toBe(200);
      nowMs += 1;
      expect(await statusOf(signing(), token)).toBe(401);
      expect(await statusOf(other(), token)).toBe(401);
      expect(await statusOf(await started(), token)).toBe(401);
    });

    it('is refused without an expiry, and without a signature', async () => {
      const [head = '', payload = ''] = signed().split('.');
      expect(await statusOf(signing(), `${head}.${payload}.`)).toBe(401);
      const endless = `${head}.${Buffer.from(JSON.stringify(member)).toString('base64url')}`;
      const signature = createHmac('sha256', SECRET).update(endless).digest('base64url');
      expect(await statusOf(signing(), `${endless}.${signature}`)).toBe(401);
    });

    async function started(): Promise<ShopServer> {
      const server = await startServer(clock);
      servers.push(server);
      return server;
    }
  },
);

async function startServer(clock: Clock): Promise<ShopServer> {
  const server = await createShopServer(loadConfig({}).http, SECRET, clock, createLogger('silent'));
  server.get('/who', { onRequest: membersOnly }, (request) => ({ id: memberIdOf(request) }));
  return server;
}
