import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createListBanners } from '../../../src/modules/banner/list-banners.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
import { eventually } from '../../support/eventually.ts';
import { createShopper } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { walkIds } from '../../support/walk-pages.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const PAST = '2020-01-01T00:00:00.000Z';
const FUTURE = '2090-01-01T00:00:00.000Z';

let placements = 0;
/** A place of a test's own: other tests' banners are not shown there. */
const newPlacement = () => {
  placements += 1;
  return `place-${placements}`;
};

const create = (changes: Record<string, unknown> = {}, token = shop.ownerToken) =>
  shop.api.post('/admin/banners', {
    token,
    body: { title: '11월 첫 구매 행사', startsAt: PAST, ...changes },
  });
const change = (id: Id, body: unknown) =>
  shop.api.patch(`/admin/banners/${id}`, { token: shop.ownerToken, body });
const show = (id: Id) => shop.api.get(`/admin/banners/${id}`, { token: shop.ownerToken });
const remove = (id: Id) => shop.api.delete(`/admin/banners/${id}`, { token: shop.ownerToken });
const shownIn = (placement: string, headers: Record<string, string> = {}) =>
  shop.api.get(`/banners?placement=${placement}`, { headers });
const idsIn = async (placement: string): Promise<Id[]> =>
  (await shownIn(placement)).body.items.map((item: { id: Id }) => item.id);

describe('creating a banner', () => {
  it('needs a title and a beginning, and is shown on main for good', async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      placement: 'main',
      title: '11월 첫 구매 행사',
      imageUrl: null,
      linkUrl: null,
      startsAt: PAST,
      endsAt: null,
      position: 0,
      version: 1,
      createdAt: expect.any(String),
    });
    expect((await show(body.id)).body).toEqual(body);
    const main = await shop.api.get('/banners');
    const { version: _version, createdAt: _createdAt, ...shoppersView } = body;
    expect(main.body).toEqual({ items: [shoppersView], nextCursor: null });
  });

  it.each([
    ['no title', { title: '' }, '/title'],
    ['a window that is reversed', { startsAt: FUTURE, endsAt: PAST }, '/endsAt'],
    ['a window of no time', { endsAt: PAST }, '/endsAt'],
    ['a link that runs code', { linkUrl: 'javascript:alert(1)' }, '/linkUrl'],
    ['a picture from another host in disguise', { imageUrl: '//evil.example/a' }, '/imageUrl'],
    ['a place in capitals', { placement: 'Main' }, '/placement'],
    ['a negative position', { position: -1 }, '/position'],
    ['a date alone', { startsAt: '2026-11-20' }, '/startsAt'],
    ['an unknown field', { html: '<b>' }, '/html'],
  ])('is refused with %s', async (_what, changes, path) => {
    const answer = await create(changes);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it('is for admins who may', async () => {
    const support = await createAdmin(shop, 'support');
    expect((await create({}, support.token)).body).toMatchObject({ status: 403 });
    const { token } = await createShopper(shop, 0);
    expect((await create({}, token)).body).toMatchObject({ status: 401 });
    expect((await shop.api.get('/admin/banners', { token: support.token })).status).toBe(200);
  });
});

describe('what shoppers see of a place', () => {
  it('is what its windows say: begun, and not ended', async () => {
    const placement = newPlacement();
    const soon = new Date(Date.now() + 60_000).toISOString();
    const justNow = new Date(Date.now() - 1_000).toISOString();
    const [begun, until] = await Promise.all([
      create({ placement, startsAt: justNow, position: 1 }),
      create({ placement, endsAt: soon, position: 2 }),
      create({ placement, startsAt: soon }),
      create({ placement, endsAt: justNow }),
      create({ placement: newPlacement() }),
    ]);
    expect(await idsIn(placement)).toEqual([begun.body.id, until.body.id]);
  });

  it('begins and ends with its window, to the millisecond', async () => {
    const placement = newPlacement();
    const [startsAt, endsAt] = ['2089-01-01T00:00:00.000Z', '2089-01-02T00:00:00.000Z'];
    await create({ placement, startsAt, endsAt });
    const shownAt = async (nowMs: number) => {
      const clock = { now: () => new Date(nowMs), nowMs: () => nowMs };
      const { shown } = createListBanners({ database: shop.database, clock });
      return (await shown(placement)).items.length;
    };
    const [begin, end] = [Date.parse(startsAt), Date.parse(endsAt)];
    expect([await shownAt(begin - 1), await shownAt(begin)]).toEqual([0, 1]);
    expect([await shownAt(end - 1), await shownAt(end)]).toEqual([1, 0]);
  });

  it('is ordered by position, the oldest first where that is equal', async () => {
    const placement = newPlacement();
    const ids: Id[] = [];
    for (const position of [5, 0, 5, 3]) {
      // One after the other: their order is what is looked at.
      ids.push((await create({ placement, position })).body.id);
    }
    expect(await idsIn(placement)).toEqual([ids[1], ids[3], ids[0], ids[2]]);
  });

  it('changes by itself when a window ends', async () => {
    const placement = newPlacement();
    const endsAt = new Date(Date.now() + 300).toISOString();
    const { body } = await create({ placement, endsAt });
    const etag = (await shownIn(placement)).headers.get('etag') ?? '';
    await eventually(async () => expect(await idsIn(placement)).toEqual([]));
    expect((await shownIn(placement, { 'if-none-match': etag })).status).toBe(200);
    expect((await show(body.id)).status).toBe(200);
  });

  it('is nothing where there is no banner', async () => {
    expect((await shownIn('nowhere')).body).toEqual({ items: [], nextCursor: null });
    expect((await shownIn('NOWHERE')).body).toMatchObject({
      status: 400,
      errors: [{ path: '/querystring/placement' }],
    });
    expect((await shop.api.get('/banners?limit=5')).body).toMatchObject({
      errors: [{ path: '/querystring/limit' }],
    });
  });

  it('is spared a client that has it, until it changes', async () => {
    const placement = newPlacement();
    const { body } = await create({ placement });
    const first = await shownIn(placement);
    const etag = first.headers.get('etag') ?? '';
    const again = await shownIn(placement, { 'if-none-match': `W/${etag}` });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, undefined, etag]);

    await change(body.id, { title: '다른 제목' });
    const changed = await shownIn(placement, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    await remove(body.id);
    expect(
      (await shownIn(placement, { 'if-none-match': changed.headers.get('etag') ?? '' })).body,
    ).toEqual({
      items: [],
      nextCursor: null,
    });
  });
});

describe('changing a banner', () => {
  it('changes what is given, and counts it', async () => {
    const { body: before } = await create({ placement: newPlacement(), linkUrl: '/products' });
    const { status, body } = await change(before.id, { endsAt: FUTURE, linkUrl: null });
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, endsAt: FUTURE, linkUrl: null, version: 2 });
    expect((await change(before.id, { endsAt: null })).body).toMatchObject({ endsAt: null });
  });

  it('is judged by what the whole banner becomes', async () => {
    const { body: before } = await create({ placement: newPlacement(), endsAt: FUTURE });
    const answer = await change(before.id, { startsAt: FUTURE });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: '/endsAt' }] });
    expect((await show(before.id)).body).toEqual(before);
    expect((await change(before.id, {})).body).toMatchObject({ status: 400 });
  });

  it('by two admins at once cannot turn the window round', async () => {
    const { body } = await create({
      placement: newPlacement(),
      startsAt: '2026-01-01T00:00:00.000Z',
      endsAt: '2026-01-10T00:00:00.000Z',
    });
    const answers = await Promise.all([
      change(body.id, { startsAt: '2026-01-08T00:00:00.000Z' }),
      change(body.id, { endsAt: '2026-01-03T00:00:00.000Z' }),
    ]);
    const statuses = answers.map((answer) => answer.status);
    expect(new Set(statuses)).toEqual(new Set([200, 400]));
    const { startsAt, endsAt } = (await show(body.id)).body;
    expect(Date.parse(startsAt)).toBeLessThan(Date.parse(endsAt));
  });
});

describe('deleting a banner', () => {
  it('is for good, and once', async () => {
    const { body } = await create({ placement: newPlacement() });
    const answers = await Promise.all([remove(body.id), remove(body.id), remove(body.id)]);
    expect(answers.filter((answer) => answer.status === 204)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body?.code === 'not_found')).toHaveLength(2);
    expect((await show(body.id)).body).toMatchObject({ status: 404 });
    expect((await change(body.id, { title: 'x' })).body).toMatchObject({ status: 404 });
    expect((await remove('1')).body).toMatchObject({ status: 400 });
  });
});

describe('banners, for admins', () => {
  it('are listed newest first, those that are not shown too', async () => {
    await Promise.all([FUTURE, PAST, FUTURE].map((startsAt) => create({ startsAt })));
    const options = { token: shop.ownerToken };
    const whole = await walkIds(shop.api, '/admin/banners', { ...options, limit: 100 });
    const pages = await walkIds(shop.api, '/admin/banners', { ...options, limit: 2 });
    expect(pages).toEqual(whole);
    expect(whole).toEqual([...new Set(whole)].toSorted().toReversed());
  });

  it('leave who did what in the audit log, beyond their end', async () => {
    const manager = await createAdmin(shop, 'manager');
    const { body } = await create({ placement: 'audited' }, manager.token);
    await change(body.id, { title: '다른 제목', position: 4 });
    await change(body.id, { endsAt: PAST });
    await remove(body.id);
    const entries = await auditEntries(shop, body.id);
    expect(entries.map((entry) => [entry.action, entry.detail])).toEqual([
      ['banner.create', { placement: 'audited', title: '11월 첫 구매 행사' }],
      ['banner.change', { changed: ['title', 'position'] }],
      ['banner.delete', { placement: 'audited', title: '다른 제목' }],
    ]);
    expect(entries[0]?.adminId).toBe(manager.id);
    expect(await auditEntries(shop, newId())).toEqual([]);
  });
});
