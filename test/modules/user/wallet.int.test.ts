import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareIds, newId } from '../../../src/platform/ids/id.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
import { createShopper, createShoppers } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { walkPages } from '../../support/walk-pages.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const grant = (
  memberId: string,
  body: unknown,
  { key, token = shop.ownerToken }: { key?: string; token?: string } = {},
) =>
  shop.api.post(`/admin/members/${memberId}/wallet-grants`, {
    token,
    body,
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const walletOf = async (token: string) => (await shop.api.get('/me/wallet', { token })).body;

describe('a grant', () => {
  it('adds free money, and the member reads why', async () => {
    const { id, token } = await createShopper(shop, 1_000);
    const granted = await grant(id, { amount: 500, reason: '늦은 배송에 대한 "사과" 😀' });
    expect(granted.status).toBe(201);
    expect(granted.headers.has('idempotency-replayed')).toBe(false);
    expect(granted.body).toEqual({
      id: expect.any(String),
      kind: 'grant',
      paidAmount: 0,
      freeAmount: 500,
      orderId: null,
      reason: '늦은 배송에 대한 "사과" 😀',
      createdAt: expect.any(String),
    });
    expect(await walletOf(token)).toEqual({
      balanceAmount: 1_500,
      paidAmount: 0,
      freeAmount: 1_500,
    });
    const entries = await shop.api.get('/me/wallet/entries', { token });
    expect(entries.body.items[0]).toEqual(granted.body);
    expect(entries.body.items).toHaveLength(2);
  });

  it('is in the audit log with its admin, without its words', async () => {
    const { id } = await createShopper(shop, 0);
    const admin = await createAdmin(shop, 'support');
    const { body } = await grant(id, { amount: 700, reason: 'private' }, { token: admin.token });
    expect(await auditEntries(shop, id)).toEqual([
      {
        adminId: admin.id,
        action: 'user.grant-wallet',
        detail: { entryId: body.id, amount: 700 },
      },
    ]);
  });

  it.each([
    ['nothing', { amount: 0 }, '/amount'],
    ['less than nothing', { amount: -1 }, '/amount'],
    ['a fraction', { amount: 1.5 }, '/amount'],
    ['text', { amount: '500' }, '/amount'],
    ['more than a billion', { amount: 1_000_000_001 }, '/amount'],
    ['no reason', { reason: '' }, '/reason'],
    ['a reason without end', { reason: 'x'.repeat(201) }, '/reason'],
    ['paid money', { paidAmount: 5 }, '/paidAmount'],
  ])('of %s is refused, and the place is named', async (_what, change, path) => {
    const { id, token } = await createShopper(shop, 0);
    const answer = await grant(id, { amount: 500, reason: 'why', ...change });
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: [{ path }],
    });
    expect((await walletOf(token)).balanceAmount).toBe(0);
  });

  it('to nobody is refused, and its key can still be used', async () => {
    const key = newId();
    const body = { amount: 500, reason: 'why' };
    expect((await grant(newId(), body, { key })).body).toMatchObject({ status: 404 });
    const { id } = await createShopper(shop, 0);
    expect((await grant(id, body, { key })).status).toBe(201);
  });
});

describe('a grant with an Idempotency-Key', () => {
  it('is made once, and answered alike ever after', async () => {
    const { id, token } = await createShopper(shop, 0);
    const body = { amount: 500, reason: 'why' };
    const first = await grant(id, body, { key: 'the same' });
    const again = await grant(id, body, { key: 'the same' });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await walletOf(token)).balanceAmount).toBe(500);
  });

  it('refuses another body, and another member', async () => {
    const [one, two] = await createShoppers(shop, 2, 0);
    const body = { amount: 500, reason: 'why' };
    const key = newId();
    await grant(one?.id ?? '', body, { key });
    const reused = { status: 422, code: 'idempotency_key_reused' };
    const more = await grant(one?.id ?? '', { ...body, amount: 501 }, { key });
    expect(more.body).toMatchObject(reused);
    expect((await grant(two?.id ?? '', body, { key })).body).toMatchObject(reused);
    expect((await walletOf(two?.token ?? '')).balanceAmount).toBe(0);
  });

  it("keeps two admins' keys apart, and two keys of different case", async () => {
    const { id, token } = await createShopper(shop, 0);
    const admin = await createAdmin(shop, 'manager');
    const body = { amount: 100, reason: 'why' };
    await grant(id, body, { key: 'Key' });
    await grant(id, body, { key: 'key' });
    await grant(id, body, { key: 'Key', token: admin.token });
    expect((await walletOf(token)).balanceAmount).toBe(300);
  });

  it('makes one entry of twenty equal requests at once', async () => {
    const { id, token } = await createShopper(shop, 0);
    const body = { amount: 500, reason: 'why' };
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => grant(id, body, { key })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    const first = answers.filter((answer) => !answer.headers.has('idempotency-replayed'));
    expect(first).toHaveLength(1);
    expect((await walletOf(token)).balanceAmount).toBe(500);
    const entries = await shop.api.get('/me/wallet/entries', { token });
    expect(entries.body.items).toHaveLength(1);
    expect(await auditEntries(shop, id)).toHaveLength(1);
  });

  it('lets one body win when two come at once, ten times each', async () => {
    const { id, token } = await createShopper(shop, 0);
    const key = newId();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        grant(id, { amount: 100 + (index % 2), reason: 'why' }, { key }),
      ),
    );
    const made = answers.filter((answer) => answer.status === 201);
    const refused = answers.filter((answer) => answer.status === 422);
    expect([made.length, refused.length]).toEqual([10, 10]);
    const [entry] = made;
    expect(new Set(made.map((answer) => answer.body.id)).size).toBe(1);
    expect((await walletOf(token)).balanceAmount).toBe(entry?.body.freeAmount);
  });

  it.each(['', 'x'.repeat(256)])('refuses a key that is none', async (key) => {
    const { id } = await createShopper(shop, 0);
    const answer = await grant(id, { amount: 500, reason: 'why' }, { key });
    expect(answer.body).toMatchObject({
      status: 400,
      errors: [{ path: '/headers/idempotency-key' }],
    });
  });
});

describe('the entries of a wallet', () => {
  it('are listed newest first, each once, page by page, and add up to the balance', async () => {
    const [mine, others] = await createShoppers(shop, 2, 0);
    const granted = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        grant(mine?.id ?? '', { amount: index + 1, reason: `grant ${index}` }),
      ),
    );
    await grant(others?.id ?? '', { amount: 9_999, reason: 'not mine' });

    const pages = await walkPages(shop.api, '/me/wallet/entries', { token: mine?.token, limit: 7 });
    expect(pages.map((page) => page.length)).toEqual([7, 7, 7, 3]);
    const ids = pages.flat().map((entry) => entry.id);
    expect(ids).toEqual(
      granted
        .map((answer) => answer.body.id)
        .toSorted(compareIds)
        .toReversed(),
    );
    expect((await walletOf(mine?.token ?? '')).balanceAmount).toBe((24 * 25) / 2);
  });

  it('end with a full page when nothing follows', async () => {
    const { id, token } = await createShopper(shop, 1_000);
    await grant(id, { amount: 1, reason: 'one more' });
    const pages = await walkPages(shop.api, '/me/wallet/entries', { token, limit: 2 });
    expect(pages.map((page) => page.length)).toEqual([2]);
  });

  it('are the member’s own: without a token there are none', async () => {
    expect((await shop.api.get('/me/wallet/entries')).status).toBe(401);
    expect((await shop.api.get('/me/wallet')).status).toBe(401);
  });

  it.each(['e30', 'bm90IGpzb24', 'W10', '%00', 'W3t9XQ'])(
    'are not listed from the cursor %j, which nobody gave out',
    async (cursor) => {
      const { token } = await createShopper(shop, 0);
      const answer = await shop.api.get(`/me/wallet/entries?cursor=${cursor}`, { token });
      expect(answer.body).toMatchObject({
        status: 400,
        errors: [{ path: '/querystring/cursor' }],
      });
    },
  );
});

describe('the books', () => {
  it('balance after all of this', async () => {
    await expect(auditLedger(shop)).resolves.toBeUndefined();
  });
});
