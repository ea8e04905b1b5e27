import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes, newId } from '../../../src/platform/ids/id.ts';
import { createAdmin } from '../../support/admins.ts';
import { createShopper } from '../../support/factories.ts';
import { OWNER, startShop, type TestShop } from '../../support/start-shop.ts';
import { UNSTOPPED } from '../../support/unstopped.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const PASSWORD = 'correct horse battery';

type Tokens = { accessToken: string; refreshToken: string; expiresInSeconds: number };

const register = async (loginId: string): Promise<Tokens & { member: { id: string } }> => {
  const person = { name: '김민지', email: 'minji@example.com', phone: '010-1234-5678' };
  const body = { loginId, password: PASSWORD, ...person };
  const registered = await shop.api.post('/auth/register', { body });
  if (registered.status !== 201) throw new Error(JSON.stringify(registered.body));
  return registered.body;
};
const logIn = (loginId: string, password = PASSWORD) =>
  shop.api.post('/auth/login', { body: { loginId, password } });
const refresh = (refreshToken: string) =>
  shop.api.post('/auth/refresh', { body: { refreshToken } });
const logOut = (refreshToken: string) => shop.api.post('/auth/logout', { body: { refreshToken } });

const logInAdmin = (loginId: string, password: string) =>
  shop.api.post('/admin/auth/login', { body: { loginId, password } });
const newType = (token: string) =>
  shop.api.post('/admin/types', { token, body: { name: newId() } });
const me = (token: string) => shop.api.get('/me', { token });
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const REFUSED = { status: 401, code: 'unauthenticated' };

describe('logging in', () => {
  it('begins a session of its own each time', async () => {
    const { member } = await register('minji');
    const [first, second] = await Promise.all([logIn('minji'), logIn('minji')]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.body.refreshToken).not.toBe(second.body.refreshToken);
    expect(first.body.expiresInSeconds).toBe(900);
    expect((await me(first.body.accessToken)).body.id).toBe(member.id);
  });

  it('takes the login id in any case, and the password in its own only', async () => {
    await register('upper.case');
    expect((await logIn('Upper.CASE')).status).toBe(200);
    expect((await logIn('upper.case', PASSWORD.toUpperCase())).status).toBe(401);
  });

  it('answers a wrong password and an unknown login id alike', async () => {
    await register('somebody');
    const wrong = await logIn('somebody', 'not the password');
    const unknown = await logIn('nobody', 'not the password');
    expect(wrong.body).toMatchObject(REFUSED);
    expect(unknown.body).toEqual(wrong.body);
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each([`' OR '1'='1`, 'somebody%', 'somebody;', 'x'.repeat(200), '😀'])(
    'refuses %j as it refuses any other wrong login id',
    async (loginId) => {
      expect((await logIn(loginId)).body).toMatchObject(REFUSED);
    },
  );

  it('refuses a body of the wrong shape', async () => {
    const answer = await shop.api.post('/auth/login', {
      body: { loginId: { $ne: '' }, password: 5, remember: true },
    });
    const paths = answer.body.errors.map((error: { path: string }) => error.path);
    expect(new Set(paths)).toEqual(new Set(['/loginId', '/password', '/remember']));
  });
});

describe('an access token', () => {
  it('that was changed, or signed by nobody, is refused', async () => {
    const { accessToken, member } = await register('forger');
    const [header, payload, signature] = accessToken.split('.');
    const others = encoded({ kind: 'member', sub: newId(), exp: 4_000_000_000 });
    const unsigned = `${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.`;
    const forged = [`${header}.${others}.${signature}`, unsigned, `${header}.${payload}.`, 'x.y.z'];
    const answers = await Promise.all(forged.map(me));
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401]);
    expect((await me(accessToken)).body.id).toBe(member.id);
  });

  it('that expired is refused, and the answer does not say why', async () => {
    const { id } = await createShopper(shop, 0);
    const longAgo = Math.floor(Date.now() / 1000) - 1000;
    const claims = { kind: 'member' as const, sub: id, iat: longAgo };
    expect((await me(shop.app.server.jwt.sign(claims))).body).toEqual((await me('x.y.z')).body);
  });
});

describe('refreshing', () => {
  it('trades a token for new ones of the same member, once', async () => {
    const { refreshToken, member } = await register('refresher');
    const { status, body } = await refresh(refreshToken);
    expect(status).toBe(200);
    expect(body.refreshToken).not.toBe(refreshToken);
    expect((await me(body.accessToken)).body.id).toBe(member.id);
    expect((await refresh(body.refreshToken)).status).toBe(200);
  });

  it('ends the whole session when a spent token comes again, and no other session', async () => {
    await register('stolen');
    const [session, other] = await Promise.all([logIn('stolen'), logIn('stolen')]);
    const next = await refresh(session.body.refreshToken);
    expect((await refresh(session.body.refreshToken)).body).toMatchObject(REFUSED);
    expect((await refresh(next.body.refreshToken)).body).toMatchObject(REFUSED);
    expect((await refresh(other.body.refreshToken)).status).toBe(200);
  });

  it('lets one of ten at once win, and ends the session that was in so many hands', async () => {
    const { refreshToken } = await register('crowd');
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)));
    const winners = answers.filter((answer) => answer.status === 200);
    expect(winners).toHaveLength(1);
    const losers = answers.filter((answer) => answer.status !== 200);
    expect(losers.map((answer) => answer.status)).toEqual(losers.map(() => 401));
    expect((await refresh(winners[0]?.body.refreshToken)).status).toBe(401);
  });

  it('answers unknown and expired tokens alike, and keeps the session of an expired one', async () => {
    const { refreshToken, member } = await register('sleeper');
    const other = await logIn('sleeper');
    await shop.database.write(
      `UPDATE user_refresh_tokens SET expires_at = CURRENT_TIMESTAMP(3) - INTERVAL 1 SECOND
       WHERE subject_id = ?`,
      [idToBytes(member.id)],
    );
    const expired = await refresh(refreshToken);
    expect(expired.body).toMatchObject(REFUSED);
    expect((await refresh('no such token')).body).toEqual(expired.body);
    await shop.database.write(
      `UPDATE user_refresh_tokens SET expires_at = CURRENT_TIMESTAMP(3) + INTERVAL 1 DAY
       WHERE subject_id = ?`,
      [idToBytes(member.id)],
    );
    expect((await refresh(other.body.refreshToken)).status).toBe(200);
  });
});

describe('logging out', () => {
  it('ends the session, and nothing but it', async () => {
    const { refreshToken } = await register('leaver');
    const other = await logIn('leaver');
    const next = await refresh(refreshToken);
    const left = await logOut(next.body.refreshToken);
    expect([left.status, left.body]).toEqual([204, undefined]);
    expect((await refresh(next.body.refreshToken)).status).toBe(401);
    expect((await refresh(other.body.refreshToken)).status).toBe(200);
  });

  it('works with a spent token too, again, and with one of no session', async () => {
    const { refreshToken } = await register('twice');
    const next = await refresh(refreshToken);
    expect((await logOut(refreshToken)).status).toBe(204);
    expect((await refresh(next.body.refreshToken)).status).toBe(401);
    expect((await logOut(refreshToken)).status).toBe(204);
    expect((await logOut('nobody gave this out')).status).toBe(204);
  });

  it('leaves no token that works behind when a refresh runs beside it', async () => {
    const sessions = await Promise.all(
      Array.from({ length: 10 }, (_, index) => register(`racer${index}`)),
    );
    const refreshed = await Promise.all(
      sessions.map(async ({ refreshToken }) => {
        const [next] = await Promise.all([refresh(refreshToken), logOut(refreshToken)]);
        return next;
      }),
    );
    const tokens = refreshed.flatMap((next) =>
      next.status === 200 ? [next.body.refreshToken] : [],
    );
    const survivors = await Promise.all(tokens.map(refresh));
    expect(survivors.filter((answer) => answer.status !== 401)).toEqual([]);
  });
});

describe('the table of refresh tokens', () => {
  it('forgets those that expired, and no others', async () => {
    const { member } = await register('forgetful');
    const kept = await logIn('forgetful');
    await shop.database.write(
      `UPDATE user_refresh_tokens SET expires_at = CURRENT_TIMESTAMP(3) - INTERVAL 1 SECOND
       WHERE subject_id = ? ORDER BY created_at LIMIT 1`,
      [idToBytes(member.id)],
    );
    await Promise.all((shop.app.modules.user.chores ?? []).map((chore) => chore.run(UNSTOPPED)));
    const left = await shop.database.select(
      'SELECT family_id FROM user_refresh_tokens WHERE subject_id = ?',
      [idToBytes(member.id)],
    );
    expect(left).toHaveLength(1);
    expect((await refresh(kept.body.refreshToken)).status).toBe(200);
  });
});

describe('admins', () => {
  it('log in where members cannot, and the other way round', async () => {
    await register('just.a.member');
    expect((await logInAdmin('just.a.member', PASSWORD)).body).toMatchObject(REFUSED);
    expect((await logIn(OWNER.loginId, OWNER.password)).body).toMatchObject(REFUSED);
    const login = await logInAdmin(OWNER.loginId, OWNER.password);
    expect((await newType(login.body.accessToken)).status).toBe(201);
  });

  it('are told apart from members on every admin route', async () => {
    const { token } = await createShopper(shop, 0);
    expect((await newType(token)).body).toMatchObject(REFUSED);
    expect((await shop.api.post('/admin/types', { body: {} })).body).toMatchObject(REFUSED);
  });

  it('may do what their role allows: 1 reads, 2 grants, 3 changes the catalog', async () => {
    const { id } = await createShopper(shop, 0);
    const attempts = async (token: string) => {
      const read = await shop.api.get(`/admin/members/${id}`, { token });
      const body = { amount: 1, reason: 'role' };
      const grant = await shop.api.post(`/admin/members/${id}/wallet-grants`, { token, body });
      const change = await newType(token);
      return [read, grant, change].map((answer) => answer.body.code ?? answer.status);
    };
    const [manager, support, viewer] = await Promise.all(
      (['manager', 'support', 'viewer'] as const).map((role) => createAdmin(shop, role)),
    );
    expect(await attempts(manager?.token ?? '')).toEqual([200, 201, 201]);
    expect(await attempts(support?.token ?? '')).toEqual([200, 201, 'forbidden']);
    expect(await attempts(viewer?.token ?? '')).toEqual([200, 'forbidden', 'forbidden']);
  });

  it('have the role that the database says from the next refresh on', async () => {
    const admin = await createAdmin(shop, 'manager');
    const session = await logInAdmin(admin.loginId, admin.password);
    await shop.database.write("UPDATE user_admins SET role = 'viewer' WHERE id = ?", [
      idToBytes(admin.id),
    ]);
    const next = await refresh(session.body.refreshToken);
    expect((await newType(next.body.accessToken)).body).toMatchObject({ code: 'forbidden' });

    await shop.database.write('DELETE FROM user_admins WHERE id = ?', [idToBytes(admin.id)]);
    expect((await refresh(next.body.refreshToken)).body).toMatchObject(REFUSED);
  });
});
