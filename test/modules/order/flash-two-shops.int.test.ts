import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { createIncomplete } from './flash-lost-requests.ts';
import { ADDRESS, createShoppers, type Shopper } from '../../support/factories.ts';
import { eventually } from '../../support/eventually.ts';
import type { TestShop } from '../../support/start-shop.ts';
import { startTwoShops, type SecondShop } from '../../support/two-shops.ts';
import {
  auditAtRest,
  FLASH_PRICE,
  join,
  openSale,
  QUICK,
  switchSale,
  ticketOf,
  ticketStates,
  times,
  untilSale,
  untilTickets,
} from './flash-shop.ts';

let first: TestShop;
let second: SecondShop;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ first, second, stop } = await startTwoShops(QUICK));
});
afterAll(() => stop());

const settled = () => Promise.all([first.app.backbone.settled(), second.app.backbone.settled()]);

describe('two instances', () => {
  it('sell a sale’s units once, each to whom came first, whoever took the request', async () => {
    const { id } = await openSale(first, { quantity: 15, lineLimit: 45 });
    const poor = await createShoppers(first, 12, 0);
    const able = await createShoppers(first, 60, FLASH_PRICE);
    const crowd = able.flatMap((shopper, index) =>
      index % 5 === 0 ? [poor[index / 5]!, shopper] : [shopper],
    );
    const answers = await Promise.all(
      crowd.map((shopper, index) => join(index % 2 === 0 ? first : second, id, shopper)),
    );
    const joined = answers.filter(({ status }) => status === 202);
    expect(joined).toHaveLength(60);
    expect(new Set(joined.map(({ body }) => body.rank)).size).toBe(60);
    const refused = answers.filter(({ status }) => status !== 202);
    expect(refused.map(({ body }) => body.code)).toEqual(times(12, 'flash_sale_sold_out'));

    await untilSale(first, id, { soldCount: 15, takenCount: 0 });
    const states = await ticketStates(first, id);
    const last = states.findLastIndex((state) => state !== 'queued');
    expect(states.slice(0, last + 1)).not.toContain('queued');
    await settled();
    await auditAtRest(first);

    await switchSale(first, id, 'close');
    await untilSale(first, id, { state: 'ended', soldCount: 15, returnedCount: 0 });
    // Where people live stays in the tickets until it is in their orders, and is in no event.
    const [kept] = await first.database.select<{ tickets: number; envelopes: number }>(
      `SELECT (SELECT COUNT(*) FROM order_flash_tickets WHERE address <> '') AS tickets,
              (SELECT COUNT(*) FROM platform_outbox WHERE events LIKE ?) AS envelopes`,
      [`%${ADDRESS.roadAddress}%`],
    );
    expect(kept).toEqual({ tickets: 0, envelopes: 0 });
  });

  it('stop at once when one of them is told to', async () => {
    const { id } = await openSale(first, { quantity: 5 });
    const [early, late, later] = await createShoppers(first, 3, FLASH_PRICE);
    expect((await join(second, id, early!)).status).toBe(202);
    await switchSale(first, id, 'pause');
    expect((await join(second, id, late!)).body.code).toBe('flash_sale_paused');
    await switchSale(first, id, 'resume');
    await eventually(async () => expect((await join(second, id, late!)).status).toBe(202));
    // A place in line is no unit yet: the end sends home whoever has none.
    await untilSale(first, id, { admittedCount: 2 });
    await switchSale(first, id, 'close');
    expect((await join(second, id, later!)).body.code).toBe('flash_sale_closed');
    await untilSale(first, id, { state: 'ended', soldCount: 2, returnedCount: 3 });
    await settled();
    await auditAtRest(first);
  });
});

describe('a ticket whose request was lost with its process', () => {
  const addressOf = async (ticketId: Id) => {
    const [row] = await first.database.select<{ address: string }>(
      'SELECT address FROM order_flash_tickets WHERE id = ?',
      [idToBytes(ticketId)],
    );
    return row?.address;
  };
  const grow = (ticketId: Id, seconds: number) =>
    first.database.write(
      `UPDATE order_flash_tickets SET created_at = created_at - INTERVAL ? SECOND WHERE id = ?`,
      [seconds, idToBytes(ticketId)],
    );
  const lose = (saleId: Id, shopper: Shopper, rank: number) =>
    createIncomplete(first, { saleId, memberId: shopper.id, rank });

  it('is completed by its member’s next attempt, and keeps its place', async () => {
    const { id } = await openSale(first, { quantity: 1 });
    const [lost, next] = await createShoppers(first, 2, FLASH_PRICE);
    const ticketId = await lose(id, lost!, 1);
    expect((await join(second, id, next!)).body.rank).toBe(2);
    // The one behind does not pass as long as the address may still come.
    await settled();
    expect(await ticketStates(first, id)).toEqual(['queued', 'queued']);
    expect(await join(second, id, lost!)).toMatchObject({
      status: 202,
      body: { ticketId, rank: 1, state: 'queued' },
    });
    await untilTickets(first, id, ['paid', 'queued']);
    // The order has it now.
    expect(await addressOf(ticketId)).toBe('');
    expect((await join(first, id, lost!)).body).toMatchObject({
      code: 'flash_sale_already_joined',
      ticketId,
    });
    await auditAtRest(first);
  });

  it('is passed by the others when nobody asks for it any more', async () => {
    const { id } = await openSale(first, { quantity: 1 });
    const [lost, next] = await createShoppers(first, 2, FLASH_PRICE);
    const ticketId = await lose(id, lost!, 1);
    await join(first, id, next!);
    await grow(ticketId, 6);
    await untilTickets(first, id, ['queued', 'paid']);
    expect((await ticketOf(first, id, ticketId, lost!)).state).toBe('queued');
    await switchSale(first, id, 'close');
    await untilTickets(first, id, ['closed', 'paid']);
    await untilSale(first, id, { state: 'ended', soldCount: 1 });
    await auditAtRest(first);
  });
});
