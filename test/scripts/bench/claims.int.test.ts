import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Message, Subject } from '../../../scripts/bench/subject.ts';
import { claimFaults } from '../../../scripts/bench/subjects/claims/claim-ledger.ts';
import { startClaims } from '../../../scripts/bench/subjects/claims/claims.ts';
import { startNaiveClaims } from '../../../scripts/bench/subjects/claims/naive-claims.ts';
import { startSoldOutClaims } from '../../../scripts/bench/subjects/claims/sold-out-claims.ts';
import { startOrdersDuringClaims } from '../../../scripts/bench/subjects/orders/orders-during-claims.ts';
import { flashFaults } from '../../../scripts/bench/subjects/flash-sales/flash-ledger.ts';
import { startFlashSales } from '../../../scripts/bench/subjects/flash-sales/flash-sales.ts';
import type { StartSubject } from '../../../scripts/bench/subject.ts';
import { Database } from '../../../src/platform/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let testDatabase: TestDatabase;
let database: Database;
let subject: Subject;

async function start(startSubject: StartSubject): Promise<void> {
  testDatabase = await createTestDatabase();
  database = Database.open(testDatabase.url, 2);
  subject = await startSubject({ databaseUrl: testDatabase.url, redisUrl: inject('redisUrl') });
}

async function stop(): Promise<void> {
  await subject.stop();
  await database.close();
  await testDatabase.drop();
}

/** Sends each message once, all at the same time; gives the statuses. */
async function sendAll(path: string, messages: readonly Message[]): Promise<number[]> {
  return Promise.all(
    messages.map(async ({ headers, body }) => {
      const sent = { method: 'POST', headers, ...(body !== undefined && { body }) };
      return (await fetch(subject.url + path, sent)).status;
    }),
  );
}

/** One round: every message once, on the round's path. */
async function playRound(): Promise<number[]> {
  const paths = await subject.beginRound?.();
  return sendAll(paths?.request ?? subject.request.path, subject.request.messages);
}

const times = (howMany: number, status: number) => Array.from({ length: howMany }, () => status);
const exactly = (accepted: number, refused = 0) => subject.isExact({ accepted, refused });

describe('claims of a coupon that has one for each', () => {
  beforeAll(() => start(startClaims({ members: 10 })));
  afterAll(stop);

  it('are issued, in every round to all members anew', async () => {
    expect(await playRound()).toEqual(times(10, 201));
    expect(await playRound()).toEqual(times(10, 201));
    expect(await exactly(20)).toBe(true);
  });

  it('do not add up when clients were told of more of them', async () => {
    expect(await exactly(21)).toBe(false);
  });

  it('do not add up when a counter is off', async () => {
    await database.write('UPDATE coupon_counters SET issued = issued - 1 WHERE issued > 0');
    expect(await claimFaults(database)).toEqual([
      '2 coupons have counters that are not what members have',
    ]);
    await database.write('UPDATE coupon_counters SET issued = issued + 1 WHERE issued > 0');
    expect(await claimFaults(database)).toEqual([]);
  });

  it('do not add up when Redis knows somebody else', async () => {
    const swap = 'UPDATE coupon_member_coupons SET member_id = REVERSE(member_id)';
    await database.write(`${swap} WHERE claim_rank = 3`);
    expect(await claimFaults(database)).toEqual([]);
    expect(await exactly(20)).toBe(false);
    await database.write(`${swap} WHERE claim_rank = 3`);
    expect(await exactly(20)).toBe(true);
  });

  it('do not add up when a claim is gone', async () => {
    await database.write('DELETE FROM coupon_member_coupons WHERE claim_rank = 10 LIMIT 1');
    expect(await exactly(20)).toBe(false);
  });
});

describe('claims of a coupon that is sold out', () => {
  beforeAll(() => start(startSoldOutClaims({ members: 5 })));
  afterAll(stop);

  it('are refused, and nothing changes', async () => {
    expect(await playRound()).toEqual(times(5, 409));
    expect(subject.request.refusedShare).toBe(1);
    expect(await exactly(0, 5)).toBe(true);
  });

  it('do not add up when somebody was told of success or refused in another way', async () => {
    expect(await exactly(1, 5)).toBe(false);
    expect(await exactly(0, 6)).toBe(false);
  });
});

describe('claims on a row lock', () => {
  beforeAll(() => start(startNaiveClaims({ members: 10 })));
  afterAll(stop);

  it('are issued once for each member', async () => {
    expect(await playRound()).toEqual(times(10, 201));
    expect(await exactly(10)).toBe(true);
    expect(await exactly(11)).toBe(false);
  });

  it('do not add up when the counter is off', async () => {
    await database.write('UPDATE bench_coupons SET issued = issued - 1');
    expect(await exactly(10)).toBe(false);
  });
});

describe('joining a flash sale', () => {
  beforeAll(() => start(startFlashSales({ members: 10, units: 3 })));
  afterAll(stop);

  it('gives everyone a ticket, and the first in line an order, in every round', async () => {
    expect(await playRound()).toEqual(times(10, 202));
    expect(await playRound()).toEqual(times(10, 202));
    expect(await exactly(20)).toBe(true);
    const [row] = await database.select<{ orders: number }>(
      "SELECT COUNT(*) AS orders FROM order_orders WHERE state = 'payment_due'",
    );
    expect(row?.orders).toBe(6);
  });

  it('does not add up when clients were told of more tickets', async () => {
    expect(await exactly(21)).toBe(false);
  });

  it.each([
    [
      'a counter is off',
      'UPDATE order_flash_sale_counters SET issued = issued + 1 WHERE issued > 0 LIMIT 1',
      '1 sales have counters that are not their tickets',
    ],
    [
      'tickets changed places',
      'UPDATE order_flash_tickets SET ticket_rank = 7 - ticket_rank WHERE ticket_rank IN (3, 4)',
      '4 tickets have units out of turn',
    ],
    [
      'an order is paid by nobody',
      "UPDATE order_orders SET state = 'paid' LIMIT 1",
      '1 tickets have no order that waits to be paid, or orders no ticket',
    ],
    [
      'a pool has lost a unit',
      `UPDATE catalog_sale_pools SET held_quantity = held_quantity - 1,
         open_quantity = open_quantity + 1 WHERE held_quantity > 0 LIMIT 1`,
      '1 sales have other units than their pools',
    ],
    [
      'a SKU has lost a unit',
      'UPDATE catalog_stock SET sale_pool_quantity = sale_pool_quantity - 1 WHERE sale_pool_quantity > 0 LIMIT 1',
      '1 SKUs have units astray',
    ],
  ])('does not add up when %s', async (_, spoil, fault) => {
    await database.write(spoil);
    expect(await flashFaults(database)).toContain(fault);
  });
});

describe('orders while others claim', () => {
  beforeAll(() => {
    const load = { skus: 'all' as const, emptyWalletEvery: 0, members: 5, products: 3 };
    return start(startOrdersDuringClaims({ ...load, claimConnections: 2, claimants: 5 }));
  });
  afterAll(stop);

  it('are paid, and the claims issued', async () => {
    const { request, sideLoad } = subject;
    const paths = await subject.beginRound?.();
    expect(sideLoad?.connections).toBe(2);
    const [ordered, claimed] = await Promise.all([
      sendAll(request.path, request.messages),
      sendAll(paths?.sideLoad ?? '', sideLoad?.request.messages ?? []),
    ]);
    expect(ordered).toEqual(times(5, 201));
    expect(claimed).toEqual(times(5, 201));
    expect(await exactly(5)).toBe(true);
  });

  it('do not add up when a claim is gone', async () => {
    await database.write('DELETE FROM coupon_member_coupons LIMIT 1');
    expect(await exactly(5)).toBe(false);
  });
});
