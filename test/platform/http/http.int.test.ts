import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ID_PATTERN, newId } from '../../../src/platform/ids/id.ts';
import { createShopper } from '../../support/factories.ts';
import { OWNER, startShop, type TestShop } from '../../support/start-shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const JSON_TYPE = { 'content-type': 'application/json' };

/** A request as raw as it comes: any path, any bytes. */
const send = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${shop.url}${path}`, init);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const body = /[/+]json/.test(type) && text !== '' ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, type, body };
};
const post = (path: string, body: string, headers: Record<string, string> = JSON_TYPE) =>
  send(path, { method: 'POST', headers, body });
const logIn = (body: string, headers?: Record<string, string>) =>
  post('/api/v1/auth/login', body, headers);

describe('a problem', () => {
  it('is a document that says what, where and why', async () => {
    const answer = await send('/api/v1/nothing/here?secret=1');
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toEqual({
      type: 'urn:seonchak:problem:not_found',
      title: 'Not found',
      status: 404,
      detail: 'There is nothing at GET /api/v1/nothing/here',
      instance: '/api/v1/nothing/here',
      code: 'not_found',
    });
  });

  it.each([
    ['GET', '/'],
    ['GET', '/api/v1'],
    ['GET', '/api/v1/auth/login'],
    ['DELETE', '/api/v1/products'],
    ['POST', '/health/live'],
    ['GET', '/api/v2/products'],
    ['GET', '/images/../../../etc/passwd'],
    ['GET', '/images/%2e%2e%2f%2e%2e%2fpackage.json'],
  ])('is not_found for %s %s', async (method, path) => {
    const answer = await send(path, { method });
    expect(answer.body).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('a body', () => {
  it.each(['{', '{"loginId": }', 'null null', '', '{"__proto__": {"admin": true}}', '\u0000'])(
    'that is no JSON is malformed: %j',
    async (text) => {
      const answer = await logIn(text);
      expect(answer.type).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ status: 400, code: 'malformed_request' });
    },
  );

  it.each(['null', '[]', '"text"', '5', 'true'])(
    'that is JSON but no object is refused: %s',
    async (text) => {
      expect((await logIn(text)).body).toMatchObject({ status: 400, code: 'validation_failed' });
    },
  );

  it.each([
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'nonsense',
  ])('of another media type is not read: %s', async (type) => {
    const answer = await logIn('{"loginId":"a","password":"b"}', { 'content-type': type });
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  it('with a charset in its media type is read', async () => {
    const type = 'application/json; charset=utf-8';
    const answer = await logIn('{"loginId":"nobody","password":"b"}', { 'content-type': type });
    expect(answer.body).toMatchObject({ status: 401 });
  });

  it('that is too large is refused', async () => {
    const answer = await logIn(JSON.stringify({ loginId: 'x'.repeat(300_000), password: 'x' }));
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  it('deep as a well is refused like any other wrong one', async () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    const answer = await logIn(`{"loginId":${deep},"password":"x"}`);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
  });
});

describe('a query', () => {
  it('with a field that nobody knows is refused', async () => {
    expect((await send('/api/v1/products?colour=red')).body).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: [{ path: '/querystring/colour', message: 'is not known here' }],
    });
  });

  it('may be percent-encoded, and is not run', async () => {
    const answer = await send('/api/v1/products?type=%27%20OR%201%3D1');
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: '/querystring/type' }] });
  });
});

describe('an answer', () => {
  it.each(['abc-123', 'A.b_c-9', 'x'.repeat(64)])('keeps the request id %s', async (id) => {
    const answer = await send('/health/live', { headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id')).toBe(id);
  });

  it.each(['', 'x'.repeat(65), 'a b', '<script>', 'a,b'])(
    'gets an id of its own instead of %j',
    async (id) => {
      const answer = await send('/health/live', { headers: { 'x-request-id': id } });
      expect(answer.headers.get('x-request-id')).toMatch(new RegExp(ID_PATTERN));
    },
  );

  it('has its id when it is a problem, too', async () => {
    const missing = await send('/nothing');
    const refused = await logIn('{');
    for (const answer of [missing, refused]) {
      expect(answer.headers.get('x-request-id')).toMatch(new RegExp(ID_PATTERN));
    }
    expect(missing.headers.get('x-request-id')).not.toBe(refused.headers.get('x-request-id'));
  });

  it('keeps the trace that the request is part of, if it is one', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const kept = await send('/health/live', { headers: { traceparent } });
    expect(kept.headers.get('traceparent')).toBe(traceparent);
    const dropped = await send('/health/live', { headers: { traceparent: 'nonsense' } });
    expect(dropped.headers.has('traceparent')).toBe(false);
  });
});

describe('a token', () => {
  it.each(['', 'Bearer', 'Bearer ', 'Bearer x', 'Basic b3duZXI6b3duZXI=', 'bearer a.b.c'])(
    'is asked for when the header is %j',
    async (authorization) => {
      const answer = await send('/api/v1/me', { headers: { authorization } });
      expect(answer.body).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    },
  );
});

describe('health', () => {
  it('says that the process lives, and that all it needs answers', async () => {
    expect(await send('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
    expect(await send('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { database: 'up', redis: 'up' } },
    });
  });
});

type Operation = { security?: unknown[]; responses: Record<string, unknown>; tags?: string[] };

/** Every operation that the document names. */
const readOperations = async (): Promise<
  [method: string, path: string, operation: Operation][]
> => {
  const { body } = await send('/openapi.json');
  const paths: [string, Record<string, Operation>][] = Object.entries(body.paths);
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
      method,
      path,
      operation,
    ]),
  );
};

describe('the documentation', () => {
  it('is an OpenAPI document, and a page to browse it', async () => {
    const document = await send('/openapi.json');
    expect(document).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    const page = await send('/docs');
    expect([page.status, page.type]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('names what answers: the agreed paths, each with its problems', async () => {
    const operations = await readOperations();
    const names = operations.map(([method, path]) => `${method} ${path}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'post /api/v1/auth/register',
        'get /api/v1/products',
        'post /api/v1/orders',
        'post /api/v1/coupons/{couponId}/claims',
        'get /api/v1/banners',
        'get /api/v1/admin/dashboard/summary',
      ]),
    );
    const api = operations.filter(([, path]) => path.startsWith('/api/'));
    expect(api.filter(([, , operation]) => !operation.responses.default)).toEqual([]);
  });

  it('shows every admin route; none of them lets anybody in without an admin’s token', async () => {
    const { token } = await createShopper(shop, 0);
    const operations = (await readOperations()).filter(([, path]) =>
      path.startsWith('/api/v1/admin/'),
    );
    const guarded = operations.filter(([, path]) => path !== '/api/v1/admin/auth/login');
    expect(guarded.length).toBeGreaterThan(15);
    expect(guarded.filter(([, , operation]) => !operation.security)).toEqual([]);
    const answers = await Promise.all(
      guarded.flatMap(([method, path]) =>
        [undefined, token].map(async (bearer) => {
          const { status } = await send(path.replaceAll(/\{\w+\}/g, newId()), {
            method: method.toUpperCase(),
            headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
          });
          return { method, path, status };
        }),
      ),
    );
    expect(answers.filter((answer) => answer.status !== 401)).toEqual([]);
  });

  it('says which routes need a token, and they do', async () => {
    const operations = (await readOperations()).filter(
      ([, path]) => path.startsWith('/api/v1/') && !path.startsWith('/api/v1/admin/'),
    );
    const answers = await Promise.all(
      operations.map(async ([method, path, operation]) => {
        const url = path.replaceAll(/\{\w+\}/g, newId());
        const { status } = await send(url, { method: method.toUpperCase() });
        return { path, needsToken: operation.security !== undefined, refused: status === 401 };
      }),
    );
    expect(answers.filter((answer) => answer.needsToken !== answer.refused)).toEqual([]);
    expect(answers.filter((answer) => answer.needsToken).length).toBeGreaterThan(5);
  });
});

describe('requests without number', () => {
  it('are served while the rate limit is off', async () => {
    const body = JSON.stringify({ ...OWNER, password: 5 });
    const answers = await Promise.all(Array.from({ length: 80 }, () => logIn(body)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([400]));
  });
});
