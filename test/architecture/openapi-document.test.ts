import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startShop, type TestShop } from '../support/start-shop.ts';
import {
  documentedRoutes,
  fieldsWithoutExample,
  shortcomings,
  unboundedIntegers,
  type DocumentedRoute,
  type OpenApiDocument,
} from './support/openapi.ts';
import { documentedName, routesOf, statusOf, type Route } from './support/routes.ts';

/** What clients were promised first; parameters may be called anything. */
const AGREED = [
  'POST /auth/register',
  'POST /auth/login',
  'POST /auth/refresh',
  'POST /auth/logout',
  'GET /me',
  'GET /me/wallet',
  'GET /me/coupons',
  'GET /products',
  'GET /products/{}',
  'GET /types',
  'GET /styles',
  'GET /me/points',
  'GET /me/points/entries',
  'GET /cart',
  'PUT /cart/items/{}',
  'DELETE /cart/items/{}',
  'POST /orders/quote',
  'POST /orders',
  'GET /orders',
  'GET /orders/{}',
  'GET /orders/{}/events',
  'POST /orders/{}/payments/confirm',
  'POST /orders/{}/cancel',
  'POST /webhooks/toss',
  'POST /webhooks/kakaopay',
  'GET /coupons',
  'POST /coupons/{}/claims',
  'GET /banners',
  'POST /admin/auth/login',
  'POST /admin/products',
  'GET /admin/products/{}',
  'PATCH /admin/products/{}',
  'GET /admin/orders',
  'GET /admin/orders/{}',
  'POST /admin/orders/{}/cancel',
  'POST /admin/coupons',
  'GET /admin/coupons/{}',
  'POST /admin/banners',
  'GET /admin/members',
  'GET /admin/members/{}',
  'POST /admin/members/{}/wallet-grants',
  'POST /admin/members/{}/points-grants',
  'GET /admin/dashboard/summary',
  'GET /admin/dashboard/sales',
];

/**
 * Changes after which there is nothing to ask for: what they make is a session or a hint, or they store
 * nothing at all.
 */
const WITHOUT_RESOURCE = new Set([
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/logout',
  'POST /api/v1/admin/auth/login',
  'POST /api/v1/orders/quote',
  'POST /api/v1/webhooks/toss',
  'POST /api/v1/webhooks/kakaopay',
  // Stock is read with its product, which the address of a SKU does not name.
  'POST /api/v1/admin/skus/{skuId}/stock-adjustments',
]);

/** Not for clients: the queue board is a page of its own. */
const HIDDEN = /^\/api\/v1\/admin\/queues(\/|$)/;

let shop: TestShop;
let document: OpenApiDocument;
let documented: DocumentedRoute[];
let routes: Route[];

beforeAll(async () => {
  shop = await startShop();
  const response = await fetch(`${shop.url}/openapi.json`);
  document = (await response.json()) as OpenApiDocument;
  documented = documentedRoutes(document);
  routes = routesOf(shop.app.server);
});

afterAll(() => shop.stop());

/** The routes with something wrong, and what. */
function problemsOf(find: (route: DocumentedRoute) => string[]): string[] {
  return documented.flatMap((route) => find(route).map((problem) => `${route.name}: ${problem}`));
}

describe('the OpenAPI document', () => {
  it('is one of OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({
      title: expect.stringMatching(/\w/),
      version: expect.stringMatching(/\w/),
    });
    expect(Object.keys(document.paths).filter((path) => !path.startsWith('/'))).toEqual([]);
    expect(document.components?.securitySchemes).toHaveProperty('bearer');
  });

  it('names every route of the API, and none that is not there', () => {
    const served = routes.filter(({ url }) => /^\/(api|health)\//.test(url) && !HIDDEN.test(url));
    expect(served.length).toBeGreaterThan(30);
    expect(documented.map(({ name }) => name).toSorted()).toEqual(
      served.map(documentedName).toSorted(),
    );
  });

  it('has the routes that clients were promised', () => {
    const names = documented.map(({ name }) =>
      name.replace('/api/v1', '').replace(/\{\w+\}/g, '{}'),
    );
    expect(names).toEqual(expect.arrayContaining(AGREED));
  });

  it('describes each operation: summary, tags, parameters, answers and errors', () => {
    expect(problemsOf(shortcomings)).toEqual([]);
  });

  it('has an example for every field that is sent', () => {
    expect(documented.filter(({ operation }) => operation.requestBody).length).toBeGreaterThan(8);
    expect(problemsOf(fieldsWithoutExample)).toEqual([]);
  });

  it('says for every change where to ask what became of it, at an address that can be read', () => {
    const shapeOf = (path: string) => path.replace(/\{\w+\}/g, '{}');
    const readable = new Set(documented.map(({ name }) => shapeOf(name)));
    const changes = documented.filter(({ name }) => !/^(GET|HEAD) /.test(name));
    expect(changes.length).toBeGreaterThan(25);
    const wrong = changes.filter(({ name, operation }) => {
      const resource = (operation as { 'x-resource'?: string })['x-resource'];
      if (resource === undefined) return !WITHOUT_RESOURCE.has(name);
      return !readable.has(`GET ${shapeOf(resource)}`);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('bounds every whole number that is sent by what can be stored', () => {
    expect(problemsOf(unboundedIntegers)).toEqual([]);
  });

  it('demands a token exactly where the shop does', async () => {
    const api = routes.filter(({ url }) => url.startsWith('/api/') && !HIDDEN.test(url));
    const demanding = await Promise.all(
      api.map(async (route) => ((await statusOf(shop.app.server, route)) === 401 ? [route] : [])),
    );
    const declaring = documented.filter(({ operation }) =>
      operation.security?.some((scheme) => 'bearer' in scheme),
    );
    expect(declaring.map(({ name }) => name).toSorted()).toEqual(
      demanding.flat().map(documentedName).toSorted(),
    );
  });
});

describe('the check of the OpenAPI document', () => {
  const bare: DocumentedRoute = {
    name: 'POST /api/v1/things/{thingId}',
    path: '/api/v1/things/{thingId}',
    operation: {
      requestBody: {
        content: {
          'application/json': {
            schema: {
              properties: {
                told: { type: 'string', examples: ['so'] },
                untold: { type: 'string' },
                list: { type: 'array', items: { properties: { deep: { type: 'string' } } } },
              },
            },
          },
        },
      },
      responses: { default: {} },
    },
  };

  it('finds what an operation lacks', () => {
    expect(shortcomings(bare)).toEqual([
      'no summary',
      'no tags',
      'no problem document as its default response',
      'no success',
      'no description of its response default',
      'no required path parameter thingId',
    ]);
  });

  it('finds fields without an example', () => {
    expect(fieldsWithoutExample(bare)).toEqual(['/untold', '/list/*/deep']);
  });

  it('notices numbers that are too large to be stored, wherever they are sent', () => {
    const integer = (more: object = {}) => ({ type: 'integer', minimum: 0, ...more });
    const schema = {
      properties: {
        quantity: integer({ maximum: 2_147_483_648 }),
        totalAmount: integer({ maximum: 1_000_000_000_000 }),
        price: integer({ maximum: 1_000_000_000_001 }),
        weight: { type: 'number' },
        lines: { items: { anyOf: [{ properties: { units: { type: 'integer', maximum: 9 } } }] } },
      },
    };
    const route = {
      ...bare,
      operation: {
        parameters: [{ name: 'page', in: 'query', schema: integer() }],
        requestBody: { content: { 'application/json': { schema } } },
      },
    };
    expect(unboundedIntegers(route)).toEqual([
      'page: 0 to Infinity',
      'quantity: 0 to 2147483648',
      'price: 0 to 1000000000001',
      'weight: not a whole number',
      'units: -Infinity to 9',
    ]);
  });
});
