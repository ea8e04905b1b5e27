import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Type } from 'typebox';
import { loadConfig } from '../../../src/platform/config/config.ts';
import { sendWithEtag } from '../../../src/platform/http/etag.ts';
import { createShopServer, type ShopServer } from '../../../src/platform/http/shop-server.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { HOST_CLOCK } from '../../support/host-clock.ts';

const Shelf = Type.Object({ name: Type.String(), books: Type.Integer() });
const schema = { response: { 200: Shelf } };

let server: ShopServer;
beforeAll(async () => {
  server = await createShopServer(loadConfig({}).http, newId(), HOST_CLOCK, createLogger('silent'));
  server.get('/shelf', { schema }, async (request, reply) =>
    sendWithEtag(request, reply, { name: 'poems', books: 3 }),
  );
  server.get('/secret', { schema }, async (request, reply) => {
    const known = { name: 'poems', books: 3, buyer: 'a name' };
    return sendWithEtag(request, reply, known);
  });
  server.get('/half', { schema }, async (request, reply) =>
    // @ts-expect-error The route's schema says that there are books.
    sendWithEtag(request, reply, { name: 'poems' }),
  );
  server.get('/other', { schema }, async (request, reply) =>
    // @ts-expect-error The route's schema says that they are counted.
    sendWithEtag(request, reply, { name: 'poems', books: 'many' }),
  );
  await server.ready();
});
afterAll(() => server.close());

describe('an answer with an ETag', () => {
  it('is what the response schema says, and carries the tag of these bytes', async () => {
    const answer = await server.inject('/shelf');
    expect(answer.json()).toEqual({ name: 'poems', books: 3 });
    const etag = String(answer.headers.etag);
    const again = await server.inject({ url: '/shelf', headers: { 'if-none-match': etag } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('tells nothing that the response schema does not know', async () => {
    const answer = await server.inject('/secret');
    expect(answer.json()).toEqual({ name: 'poems', books: 3 });
    const plain = await server.inject('/shelf');
    expect(answer.headers.etag).toBe(plain.headers.etag);
  });

  it.each(['/half', '/other'])(
    'is refused when it is not what the schema says: %s',
    async (url) => {
      const answer = await server.inject(url);
      expect(answer.json()).toMatchObject({ status: 500, code: 'internal_error' });
    },
  );
});
