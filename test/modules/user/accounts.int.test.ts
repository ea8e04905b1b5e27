import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/platform/ids/id.ts';
import { createShopper } from '../../support/factories.ts';
import { OWNER, startShop, type TestShop } from '../../support/start-shop.ts';
import { walkIds } from '../../support/walk-pages.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const PASSWORD = 'correct horse battery';

const person = (loginId: string, changes: Record<string, unknown> = {}) => ({
  loginId,
  password: PASSWORD,
  name: '김민지',
  email: 'minji@example.com',
  phone: '010-1234-5678',
  ...changes,
});

const register = (body: unknown) => shop.api.post('/auth/register', { body });
const logIn = (loginId: string, password: string) =>
  shop.api.post('/auth/login', { body: { loginId, password } });
const logInAdmin = (body: { loginId: string; password: string }) =>
  shop.api.post('/admin/auth/login', { body });
const listMembers = (query: string) =>
  shop.api.get(`/admin/members${query}`, { token: shop.ownerToken });
const countRows = async (table: string, condition = 'TRUE') => {
  const [row] = await shop.database.select<{ rows: number }>(
    `SELECT COUNT(*) AS \`rows\` FROM ${table} WHERE ${condition}`,
  );
  return row?.rows;
};

describe('registering', () => {
  it('opens an account with an empty wallet, and logs the member in', async () => {
    const registered = await register(person('minji'));
    expect(registered.status).toBe(201);
    const { member, accessToken: token, ...session } = registered.body;
    expect(member).toEqual({ id: expect.any(String), loginId: 'minji', name: '김민지' });
    expect(session).toEqual({ refreshToken: expect.any(String), expiresInSeconds: 900 });

    const { body: me } = await shop.api.get('/me', { token });
    expect(me).toEqual({
      ...member,
      email: 'minji@example.com',
      phone: '010-1234-5678',
      createdAt: expect.any(String),
    });
    expect(Math.abs(Date.parse(me.createdAt) - Date.now())).toBeLessThan(60_000);
    const wallet = await shop.api.get('/me/wallet', { token });
    expect(wallet.body).toEqual({ balanceAmount: 0, paidAmount: 0, freeAmount: 0 });
  });

  it('keeps a name to the letter, and no password in the clear', async () => {
    const name = `김"민\\지' 😀 \n <b>%s</b>`;
    const { body } = await register(person('letters', { name }));
    const { body: me } = await shop.api.get('/me', { token: body.accessToken });
    expect(me.name).toBe(name);
    const rows = await shop.database.select(
      "SELECT * FROM user_members WHERE login_id = 'letters'",
    );
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
  });

  it('names every place that is wrong', async () => {
    const answer = await register({
      loginId: 'A!',
      password: 'short',
      name: '',
      email: 'nobody',
      phone: 'call me',
      role: 'owner',
    });
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    const paths = new Set(answer.body.errors.map((error: { path: string }) => error.path));
    const wrong = ['/loginId', '/password', '/name', '/email', '/phone', '/role'];
    expect(paths).toEqual(new Set(wrong));
  });

  it('names every field that is missing', async () => {
    const answer = await register({});
    expect(answer.body.errors).toEqual(
      ['loginId', 'password', 'name', 'email', 'phone'].map((field) => ({
        path: `/${field}`,
        message: 'is required',
      })),
    );
  });

  it.each([
    'abc',
    'Minji',
    '민지민지',
    'has space',
    `'; DROP TABLE user_members; --`,
    'a'.repeat(51),
  ])('refuses the login id %j', async (loginId) => {
    const answer = await register(person(loginId));
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: '/loginId' }] });
  });

  it('refuses a login id that is taken, and leaves its member alone', async () => {
    await register(person('taken'));
    const second = await register(person('taken', { password: 'another password' }));
    expect(second.body).toMatchObject({ status: 409, code: 'login_id_taken' });
    expect((await logIn('taken', PASSWORD)).status).toBe(200);
    expect((await logIn('taken', 'another password')).status).toBe(401);
  });

  it('gives a login id to one of ten who ask for it at once', async () => {
    const wallets = Number(await countRows('user_wallets'));
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(person('wanted'))));
    const losers = answers.filter((answer) => answer.status !== 201);
    expect(losers).toHaveLength(9);
    expect(losers.every((answer) => answer.body.code === 'login_id_taken')).toBe(true);
    expect(await countRows('user_members', "login_id = 'wanted'")).toBe(1);
    expect(await countRows('user_wallets')).toBe(wallets + 1);
  });
});

describe('my account', () => {
  it('is shown to its member alone', async () => {
    expect((await shop.api.get('/me')).body).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
    const admin = await shop.api.get('/me', { token: shop.ownerToken });
    expect(admin.body).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('is not found when its member is not in the database', async () => {
    const token = shop.app.server.jwt.sign({ kind: 'member', sub: newId() });
    expect((await shop.api.get('/me', { token })).status).toBe(404);
    expect((await shop.api.get('/me/wallet', { token })).status).toBe(404);
  });
});

describe('members, for admins', () => {
  it('are listed newest first, each once, without what only their own page shows', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((count) => register(person(`listed${count}`))));
    const rows = await shop.database.select<{ id: string }>(
      'SELECT LOWER(HEX(id)) AS id FROM user_members ORDER BY user_members.id DESC',
    );
    const ids = await walkIds(shop.api, '/admin/members', { token: shop.ownerToken, limit: 4 });
    expect(ids.map((id) => id.replaceAll('-', ''))).toEqual(rows.map((row) => row.id));

    const { body } = await listMembers('?limit=1');
    expect(Object.keys(body.items[0])).toEqual(['id', 'loginId', 'name', 'createdAt']);
  });

  it('are found by their ids, those that exist', async () => {
    const [first, second] = await Promise.all([
      createShopper(shop, 0).then((shopper) => shopper.id),
      createShopper(shop, 0).then((shopper) => shopper.id),
    ]);
    const found = await listMembers(`?ids=${first},${newId()},${second},${first}`);
    expect(new Set(found.body.items.map((item: { id: string }) => item.id))).toEqual(
      new Set([first, second]),
    );
    expect(found.body.items).toHaveLength(2);
    expect((await listMembers(`?ids=${newId()}`)).body).toEqual({ items: [], nextCursor: null });
  });

  it.each([
    ['?ids=', '/querystring/ids'],
    ['?ids=1,2', '/querystring/ids'],
    [`?ids=${Array.from({ length: 101 }, newId).join(',')}`, '/querystring/ids'],
    ['?limit=0', '/querystring/limit'],
    ['?limit=101', '/querystring/limit'],
    ['?limit=ten', '/querystring/limit'],
    ['?cursor=nonsense', '/querystring/cursor'],
    ['?name=kim', '/querystring/name'],
  ])('are not listed for %s', async (query, path) => {
    expect((await listMembers(query)).body).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: [{ path }],
    });
  });

  it('are shown with their wallet', async () => {
    const { id } = await createShopper(shop, 7_000);
    const shown = await listMembers(`/${id}`);
    expect(shown.body).toMatchObject({
      id,
      email: expect.stringContaining('@example.com'),
      wallet: { balanceAmount: 7_000, paidAmount: 0, freeAmount: 7_000 },
    });
    expect((await listMembers(`/${newId()}`)).body).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    expect((await listMembers('/not-an-id')).body).toMatchObject({ status: 400 });
  });
});

describe('importing members', () => {
  const list = Array.from({ length: 620 }, (_, index) => ({
    ...person(`import-${index}`),
    freeAmount: index % 3 === 0 ? 0 : 1_000,
  }));

  it('opens each account once, however often and however many at once it is run', async () => {
    const { importMembers } = shop.app.modules.user;
    const [first, second] = await Promise.all([importMembers(list), importMembers(list)]);
    expect(second).toEqual(first);
    expect(await importMembers(list)).toEqual(first);
    expect(new Set(first).size).toBe(list.length);

    expect(await countRows('user_members', "login_id LIKE 'import-%'")).toBe(list.length);
    const [sums] = await shop.database.select<{ granted: number; there: number }>(
      `SELECT SUM(e.free_amount) AS granted,
              (SELECT SUM(w.free_amount) FROM user_wallets AS w
               INNER JOIN user_members AS m ON m.id = w.member_id
               WHERE m.login_id LIKE 'import-%') AS there
       FROM user_wallet_entries AS e
       INNER JOIN user_members AS m ON m.id = e.member_id
       WHERE m.login_id LIKE 'import-%'`,
    );
    const expected = list.reduce((sum, member) => sum + member.freeAmount, 0);
    expect(sums).toEqual({ granted: expected, there: expected });
  });

  it('gives ids in the order of the list, and passwords that work', async () => {
    const { importMembers } = shop.app.modules.user;
    const [last, first] = await importMembers([...list.slice(-1), ...list.slice(0, 1)]);
    const login = await logIn('import-0', PASSWORD);
    const me = await shop.api.get('/me', { token: login.body.accessToken });
    expect(me.body.id).toBe(first);
    expect(last).not.toBe(first);
  });
});

describe('the first owner', () => {
  it('stays who it is when the configuration names another one', async () => {
    const other = { loginId: 'other', password: 'other-password' };
    await shop.app.modules.user.ensureOwner(other);
    await shop.app.modules.user.ensureOwner({ ...OWNER, password: 'changed-password' });
    expect((await logInAdmin(other)).status).toBe(401);
    expect((await logInAdmin(OWNER)).status).toBe(200);
    expect(await countRows('user_admins')).toBe(1);
  });

  it('is one, also when several instances start at once with different configurations', async () => {
    await shop.database.write('DELETE FROM user_admins');
    const candidates = [1, 2, 3, 4, 5].map((count) => ({
      loginId: `candidate${count}`,
      password: 'candidate-password',
    }));
    await Promise.all(candidates.map((owner) => shop.app.modules.user.ensureOwner(owner)));
    const logins = await Promise.all(candidates.map(logInAdmin));
    expect(logins.filter((login) => login.status === 200)).toHaveLength(1);
    expect(await countRows('user_admins')).toBe(1);
  });
});
