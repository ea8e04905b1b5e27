import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claims } from '../../src/platform/auth/access-token.ts';
import { restrictToAdmins } from '../../src/platform/auth/admin-scope.ts';
import { loadConfig } from '../../src/platform/config/config.ts';
import { createShopServer, type ShopServer } from '../../src/platform/http/shop-server.ts';
import { newId } from '../../src/platform/ids/id.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { HOST_CLOCK } from '../support/host-clock.ts';
import { startShop, type TestShop } from '../support/start-shop.ts';
import { answeringOtherwise, routesOf, shortName, statusOf, type Route } from './support/routes.ts';

/** What shoppers may call without a token; everything else below /api/v1 needs one. */
const PUBLIC = new Set([
  'POST /auth/register',
  'POST /auth/login',
  'POST /auth/refresh',
  'POST /auth/logout',
  'POST /auth/find-login-id',
  'POST /auth/password-reset',
  'POST /auth/password-reset/confirm',
  'GET /products',
  'GET /products/popular',
  'GET /products/{}',
  'GET /products/{}/questions',
  'GET /products/{}/reviews',
  'GET /search',
  'GET /types',
  'GET /styles',
  'GET /banners',
  'GET /coupons',
  'GET /flash-sales',
  'GET /flash-sales/{}',
  // Guests have carts, by a token of their own.
  'GET /cart',
  'PUT /cart/items/{}',
  'DELETE /cart/items/{}',
  // Their senders have no account; what they say is asked again at the provider.
  'POST /webhooks/toss',
  'POST /webhooks/kakaopay',
]);

let shop: TestShop;
let server: ShopServer;
let member: string;
let admin: (role: string) => string;

beforeAll(async () => {
  shop = await startShop();
  server = shop.app.server;
  member = server.jwt.sign({ kind: 'member', sub: newId() });
  admin = (role) => server.jwt.sign({ kind: 'admin', sub: newId(), role } as Claims);
});

afterAll(() => shop.stop());

describe('the admin routes', () => {
  const LOGIN = 'POST /admin/auth/login';
  let routes: Route[];
  let guarded: Route[];

  beforeAll(() => {
    routes = routesOf(server).filter(({ url }) => url.startsWith('/api/v1/admin/'));
    guarded = routes.filter((route) => shortName(route) !== LOGIN);
  });

  it('are public at the login alone', async () => {
    expect(routes.map(shortName)).toContain(LOGIN);
    expect(guarded.length).toBeGreaterThan(15);
    expect(await statusOf(server, { method: 'POST', url: '/api/v1/admin/auth/login' })).toBe(400);
    expect(await answeringOtherwise(server, guarded, 401)).toEqual([]);
  });

  it("refuse a member's token", async () => {
    expect(await answeringOtherwise(server, guarded, 401, member)).toEqual([]);
  });

  it('let a viewer read and change nothing', async () => {
    const changing = guarded.filter(({ method }) => method !== 'GET');
    expect(changing.length).toBeGreaterThan(8);
    expect(await answeringOtherwise(server, changing, 403, admin('viewer'))).toEqual([]);
    const list: Route = { method: 'GET', url: '/api/v1/admin/orders' };
    expect(await statusOf(server, list, admin('viewer'))).toBe(200);
  });

  it('refuse a role that they do not know', async () => {
    expect(await answeringOtherwise(server, guarded, 403, admin('stranger'))).toEqual([]);
  });

  it('keep the shop from starting when one declares no permission', async () => {
    const bare = await createShopServer(
      loadConfig({}).http,
      newId(),
      HOST_CLOCK,
      createLogger('silent'),
    );
    const registered = bare.register(async (scope: ShopServer) => {
      restrictToAdmins(scope);
      scope.get('/open-to-everybody', () => ({}));
    });
    await expect(async () => registered).rejects.toThrow('declares no permission');
    await bare.close();
  });
});

describe("the shoppers' routes", () => {
  let guarded: Route[];
  let open: Route[];

  beforeAll(() => {
    const all = routesOf(server).filter(({ url }) => /^\/api\/v1\/(?!admin\/)/.test(url));
    guarded = all.filter((route) => !PUBLIC.has(shortName(route)));
    open = all.filter((route) => PUBLIC.has(shortName(route)));
  });

  it('need a token, but for those that everybody may call', async () => {
    expect(guarded.map(shortName)).toEqual(
      expect.arrayContaining([
        'GET /me',
        'POST /orders',
        'POST /orders/quote',
        'GET /orders/{}/events',
        'POST /orders/{}/payments/confirm',
        'POST /coupons/{}/claims',
      ]),
    );
    expect(await answeringOtherwise(server, guarded, 401)).toEqual([]);
  });

  it("refuse an admin's token where they need a member's", async () => {
    expect(await answeringOtherwise(server, guarded, 401, admin('owner'))).toEqual([]);
  });

  it('ask for no token where everybody may call them', async () => {
    const answers = await Promise.all(open.map((route) => statusOf(server, route)));
    expect(answers.length).toBeGreaterThan(8);
    expect(open.filter((_, index) => [401, 403].includes(answers[index] ?? 0))).toEqual([]);
  });
});
