import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExpirePoints } from '../../../src/modules/user/points/expire-points.ts';
import { pointEntries, pointLots } from '../../../src/modules/user/user.tables.ts';
import {
  keepFundsForOrders,
  spendFundsOnPaidOrders,
} from '../../../src/modules/user/wallet/keep-funds-for-orders.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { UNSTOPPED } from '../../support/unstopped.ts';
import { auditEntries, createAdmin } from '../../support/admins.ts';
import { createShopper, createShoppers } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import { failed, handle, placed, tellOrder, type TestEvent } from '../../support/order-events.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';
import { walkPages } from '../../support/walk-pages.ts';
import { booksOf } from './wallet-books.ts';

let shop: TestShop;
let books: ReturnType<typeof booksOf>;
beforeAll(async () => {
  shop = await startShop();
  books = booksOf(shop);
});
afterAll(() => shop.stop());

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const grant = (
  memberId: string,
  body: unknown,
  { key, token = shop.ownerToken }: { key?: string; token?: string } = {},
) =>
  shop.api.post(`/admin/members/${memberId}/points-grants`, {
    token,
    body,
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const pointsOf = async (token: string) => (await shop.api.get('/me/points', { token })).body;
const entriesOf = async (token: string) =>
  (await shop.api.get('/me/points/entries', { token })).body.items;

describe('granted points', () => {
  it('can be spent for a year, and the member reads why', async () => {
    const { id, token } = await createShopper(shop, 0);
    const granted = await grant(id, { amount: 500, reason: '포토 리뷰 감사 "적립" 😀' });
    expect(granted.status).toBe(201);
    expect(granted.body).toEqual({
      id: expect.any(String),
      kind: 'grant',
      amount: 500,
      orderId: null,
      reason: '포토 리뷰 감사 "적립" 😀',
      expiresAt: expect.any(String),
      createdAt: expect.any(String),
    });
    const { expiresAt, createdAt } = granted.body;
    const validMs = Date.parse(expiresAt) - Date.parse(createdAt);
    expect(Math.round(validMs / DAY_MS)).toBe(365);
    expect(await pointsOf(token)).toEqual({ balanceAmount: 500, expiringSoonAmount: 0 });
    expect(await entriesOf(token)).toEqual([granted.body]);
  });

  it('of a shorter life are told to expire soon', async () => {
    const { id, token } = await createShopper(shop, 0);
    await grant(id, { amount: 500, reason: 'why', validDays: 31 });
    await grant(id, { amount: 70, reason: 'why', validDays: 29 });
    expect(await pointsOf(token)).toEqual({ balanceAmount: 570, expiringSoonAmount: 70 });
  });

  it('are in the audit log with their admin, without the words', async () => {
    const { id } = await createShopper(shop, 0);
    const admin = await createAdmin(shop, 'support');
    const { body } = await grant(id, { amount: 700, reason: 'private' }, { token: admin.token });
    expect(await auditEntries(shop, id)).toEqual([
      {
        adminId: admin.id,
        action: 'user.grant-points',
        detail: { entryId: body.id, amount: 700 },
      },
    ]);
  });

  it('are not for viewers, nor for members to give', async () => {
    const { id, token } = await createShopper(shop, 0);
    const viewer = await createAdmin(shop, 'viewer');
    const body = { amount: 700, reason: 'why' };
    expect((await grant(id, body, { token: viewer.token })).status).toBe(403);
    expect((await grant(id, body, { token })).status).toBe(401);
    expect((await pointsOf(token)).balanceAmount).toBe(0);
  });

  it.each([
    ['nothing', { amount: 0 }, '/amount'],
    ['more than a billion', { amount: 1_000_000_001 }, '/amount'],
    ['no reason', { reason: '' }, '/reason'],
    ['no life', { validDays: 0 }, '/validDays'],
    ['more than ten years', { validDays: 3_651 }, '/validDays'],
    ['half a day more', { validDays: 1.5 }, '/validDays'],
    ['a day to expire on', { expiresAt: '2030-01-01T00:00:00.000Z' }, '/expiresAt'],
  ])('of %s are refused, and the place is named', async (_what, change, path) => {
    const { id, token } = await createShopper(shop, 0);
    const answer = await grant(id, { amount: 500, reason: 'why', ...change });
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: [{ path }],
    });
    expect((await pointsOf(token)).balanceAmount).toBe(0);
  });

  it('for nobody are refused, and their key can still be used', async () => {
    const key = newId();
    const body = { amount: 500, reason: 'why' };
    expect((await grant(newId(), body, { key })).body).toMatchObject({ status: 404 });
    const { id } = await createShopper(shop, 0);
    expect((await grant(id, body, { key })).status).toBe(201);
  });

  it('are made once of twenty equal requests at once', async () => {
    const { id, token } = await createShopper(shop, 0);
    const body = { amount: 500, reason: 'why' };
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => grant(id, body, { key })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    const first = answers.filter((answer) => !answer.headers.has('idempotency-replayed'));
    expect(first).toHaveLength(1);
    expect(await books.lotsOf(id)).toEqual([500]);
    expect(await entriesOf(token)).toHaveLength(1);
    expect(await auditEntries(shop, id)).toHaveLength(1);
  });

  it('refuse a key with another life, and share no key with pay money', async () => {
    const { id, token } = await createShopper(shop, 0);
    const key = newId();
    const body = { amount: 500, reason: 'why' };
    await grant(id, body, { key });
    expect((await grant(id, { ...body, validDays: 365 }, { key })).status).toBe(201);
    expect((await grant(id, { ...body, validDays: 364 }, { key })).body).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    const money = await shop.api.post(`/admin/members/${id}/wallet-grants`, {
      token: shop.ownerToken,
      body,
      headers: { 'idempotency-key': key },
    });
    expect(money.headers.has('idempotency-replayed')).toBe(false);
    expect((await pointsOf(token)).balanceAmount).toBe(500);
  });

  it('are shown to admins beside the wallet', async () => {
    const { id } = await createShopper(shop, 7_000);
    await grant(id, { amount: 20, reason: 'why', validDays: 5 });
    const shown = await shop.api.get(`/admin/members/${id}`, { token: shop.ownerToken });
    expect(shown.body).toMatchObject({
      wallet: { balanceAmount: 7_000 },
      points: { balanceAmount: 20, expiringSoonAmount: 20 },
    });
  });
});

describe("a member's points", () => {
  it('are listed newest first, each once, page by page', async () => {
    const { id, token } = await createShopper(shop, 0);
    const other = await createShopper(shop, 0);
    for (let amount = 1; amount <= 5; amount += 1) {
      await grant(id, { amount, reason: 'why' });
    }
    await grant(other.id, { amount: 9_999, reason: 'not mine' });
    const pages = await walkPages(shop.api, '/me/points/entries', { token, limit: 2 });
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    const amounts = pages.flat().map((entry) => (entry as unknown as { amount: number }).amount);
    expect(amounts).toEqual([5, 4, 3, 2, 1]);
    expect((await pointsOf(token)).balanceAmount).toBe(15);
  });

  it('are their own: without a token there are none', async () => {
    expect((await shop.api.get('/me/points')).status).toBe(401);
    expect((await shop.api.get('/me/points/entries')).status).toBe(401);
  });

  it('are none of a member who is not there', async () => {
    const token = shop.app.server.jwt.sign({ kind: 'member', sub: newId() });
    expect((await shop.api.get('/me/points', { token })).status).toBe(404);
  });
});

describe('expired points', () => {
  /** One of the shop's instances does the chore at this time. */
  const expireAt = (at: Date) =>
    createExpirePoints({
      database: shop.database,
      inTransaction: shop.app.backbone.inTransaction,
      clock: { now: () => at, nowMs: () => at.getTime() },
    })(UNSTOPPED);
  const expiries = async (token: string) =>
    (await entriesOf(token)).filter((entry: { kind: string }) => entry.kind === 'expiry');
  const ago = (ms: number) => new Date(Date.now() - ms);
  const orderFor = (memberId: Id, pointsAmount: number, placedAt: Date) =>
    tellOrder({ memberId, placedAt, funds: { walletAmount: 0, pointsAmount } });

  it('count as nothing before they are booked, and are booked once', async () => {
    const { id, token } = await createShopper(shop, 0);
    await books.addLot(id, 100, ago(HOUR_MS));
    await books.addLot(id, 50);
    expect(await pointsOf(token)).toEqual({ balanceAmount: 50, expiringSoonAmount: 0 });
    expect(await expiries(token)).toEqual([]);

    await expireAt(new Date());
    await expireAt(new Date());
    expect(await expiries(token)).toMatchObject([
      { amount: -100, orderId: null, reason: null, expiresAt: null },
    ]);
    expect(await books.lotsOf(id)).toEqual([0, 50]);
    expect((await pointsOf(token)).balanceAmount).toBe(50);
    await auditLedger(shop);
  });

  it('are left for some minutes to orders that were placed in time', async () => {
    const { id } = await createShopper(shop, 0);
    const expiry = ago(HOUR_MS);
    await books.addLot(id, 100, expiry);
    await expireAt(new Date(expiry.getTime() + 60_000));
    const order = orderFor(id, 100, new Date(expiry.getTime() - 1));
    await handle(shop, keepFundsForOrders, [placed(order)]);
    expect(await books.holdOf(order.orderId)).toMatchObject({ state: 'held' });
  });

  it('that an order gives back late are booked, too', async () => {
    const { id, token } = await createShopper(shop, 0);
    const expiry = ago(HOUR_MS);
    await books.addLot(id, 100, expiry);
    const order = orderFor(id, 60, new Date(expiry.getTime() - 1));
    await handle(shop, keepFundsForOrders, [placed(order)]);
    await expireAt(new Date());
    await handle(shop, keepFundsForOrders, [failed(order)]);
    expect((await pointsOf(token)).balanceAmount).toBe(0);
    await expireAt(new Date());
    const amounts = (await expiries(token)).map((entry: { amount: number }) => entry.amount);
    expect(amounts).toEqual([-60, -40]);
    expect(await books.lotsOf(id)).toEqual([0]);
    await auditLedger(shop);
  });

  it('are booked once by two instances at once, in as many parts as it takes', async () => {
    const { id } = await createShopper(shop, 0);
    const expiry = ago(2 * HOUR_MS);
    const lots = Array.from({ length: 1_050 }, () => ({ id: newId(), memberId: id }));
    await shop.database.orm
      .insert(pointLots)
      .values(
        lots.map((lot) => ({ ...lot, grantedAmount: 2, remainingAmount: 2, expiresAt: expiry })),
      );
    await shop.database.orm
      .insert(pointEntries)
      .values(lots.map((lot) => ({ ...lot, kind: 'grant' as const, amount: 2 })));
    await Promise.all([expireAt(new Date()), expireAt(new Date())]);
    expect(new Set(await books.lotsOf(id))).toEqual(new Set([0]));
    await auditLedger(shop);
  });

  it('and orders that spend points at the same time take each point once', async () => {
    const expiry = ago(HOUR_MS);
    const members = await createShoppers(shop, 5, 0);
    for (const { id } of members) {
      await books.addLot(id, 100, expiry);
      await books.addLot(id, 100);
    }
    const orders = members.flatMap(({ id }) =>
      [60, 70, 80].map((points) => orderFor(id, points, new Date(expiry.getTime() - 1))),
    );
    const receive = (events: TestEvent[]) =>
      handle(shop, [keepFundsForOrders, spendFundsOnPaidOrders], events);
    await receive(orders.slice(0, 5).map(placed));
    await Promise.all([
      receive(orders.slice(5).map(placed)),
      receive(orders.slice(0, 5).map((order) => failed(order))),
      expireAt(new Date()),
      expireAt(new Date()),
      ...members.map(({ id }) => grant(id, { amount: 1, reason: 'why' })),
    ]);
    await expireAt(new Date());
    const left = await Promise.all(members.map(({ id }) => books.lotsOf(id)));
    expect(left.map(([expired]) => expired)).toEqual([0, 0, 0, 0, 0]);
    await auditLedger(shop);
  });
});
