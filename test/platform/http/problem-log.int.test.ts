import { createConnection } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/platform/config/config.ts';
import { AmbiguousCommit } from '../../../src/platform/database/run-transaction.ts';
import { isConnectionLost } from '../../../src/platform/database/sql-error.ts';
import { databaseUnavailable, notFound, overloaded } from '../../../src/platform/errors/problem.ts';
import { createShopServer, type ShopServer } from '../../../src/platform/http/shop-server.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { eventually } from '../../support/eventually.ts';
import { HOST_CLOCK } from '../../support/host-clock.ts';

const MADE = newId();
const lost = () => Object.assign(new Error('gone'), { fatal: true });
const ambiguous = () =>
  new AmbiguousCommit('the answer to COMMIT was lost', { cause: lost(), resourceId: MADE });

const FAILURES: Record<string, () => Error> = {
  missing: () => notFound('no such thing'),
  overloaded: () => overloaded(),
  database: () => databaseUnavailable(),
  lost,
  ambiguous,
  bug: () => new TypeError('a bug'),
};

let server: ShopServer;
let changes = 0;
const lines: string[] = [];
const logged = () => lines.map((line) => JSON.parse(line));

beforeAll(async () => {
  const log = createLogger('debug', { write: (line) => void lines.push(line) });
  server = await createShopServer(loadConfig({}).http, newId(), HOST_CLOCK, log, () => changes);
  for (const [name, make] of Object.entries(FAILURES)) {
    const config = { resource: '/things/:made' };
    const fail = () => {
      throw make();
    };
    server.get(`/${name}`, fail);
    server.post(`/${name}`, { config }, fail);
  }
  server.post(
    '/things/:thingId/:failure',
    { config: { resource: '/things/:thingId' } },
    (request) => {
      changes += 1;
      const { failure } = request.params as { failure: string };
      throw FAILURES[failure]?.();
    },
  );
  server.post('/body', () => ({}));
  await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());
beforeEach(() => void lines.splice(0));

const post = async (url: string) => (await server.inject({ method: 'POST', url })).json();

describe('the log of what is refused', () => {
  it('has a line of level debug for what the client did wrong', async () => {
    const headers = { 'x-request-id': 'abc' };
    await server.inject({ url: '/missing', headers });
    expect(logged()).toMatchObject([
      { level: 20, reqId: 'abc', route: 'GET /missing', code: 'not_found' },
    ]);
  });

  it('has one line without a stack for what is refused deliberately, and counts the others', async () => {
    for (let time = 0; time < 5; time += 1) await server.inject('/overloaded');
    expect(logged()).toMatchObject([{ level: 40, code: 'overloaded', route: 'GET /overloaded' }]);
    expect(lines.join('')).not.toContain('    at ');
    // Another reason is told, too.
    await server.inject('/database');
    expect(logged().map(({ code }) => code)).toEqual(['overloaded', 'database_unavailable']);
  });

  it('has errors with their stacks for what is a fault here', async () => {
    await server.inject('/bug');
    expect(logged()).toMatchObject([
      { level: 50, err: { type: 'TypeError', stack: expect.stringContaining('    at ') } },
    ]);
  });

  it('has no error when a client hangs up in the middle of its body', async () => {
    const { port } = server.server.address() as { port: number };
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.write(
      'POST /body HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
      () => socket.resetAndDestroy(),
    );
    await eventually(() => expect(lines.join('')).toContain('POST /body'));
    expect(logged().filter(({ level }) => level > 20)).toEqual([]);
  });
});

describe('a lost connection', () => {
  it("is the database's only when the driver says so", () => {
    const reset = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    expect(isConnectionLost(reset)).toBe(false);
    expect(isConnectionLost(Object.assign(reset, { fatal: true }))).toBe(true);
  });

  it('means that nothing was done, when nothing was changed since the request came', async () => {
    expect(await post('/lost')).toMatchObject({ status: 503, code: 'database_unavailable' });
  });

  it('means that nobody knows, when something was', async () => {
    expect(await post('/things/7/lost')).toMatchObject({
      status: 503,
      code: 'outcome_unknown',
      resource: '/things/7',
    });
  });

  it('leaves the certainty of a transaction that was not committed', async () => {
    expect(await post('/things/7/database')).toMatchObject({ code: 'database_unavailable' });
  });

  it('has no outcome where only something is read', async () => {
    const answer = await server.inject('/ambiguous');
    expect(answer.json()).toMatchObject({ status: 503, code: 'database_unavailable' });
  });
});

describe('an unanswered COMMIT', () => {
  it('names what would have been made', async () => {
    expect(await post('/ambiguous')).toMatchObject({
      status: 503,
      code: 'outcome_unknown',
      resource: `/things/${MADE}`,
    });
  });
});
