import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as couponTables from '../../src/modules/coupon/coupon.tables.ts';
import { wireCoupon } from '../../src/modules/coupon/coupon.module.ts';
import { readCampaignsBetween } from '../../src/modules/coupon/claiming/campaign.store.ts';
import { readCampaigns } from '../../src/modules/order/flash-sales/campaigns.store.ts';
import * as orderTables from '../../src/modules/order/order.tables.ts';
import { wireOrder } from '../../src/modules/order/order.module.ts';
import * as userTables from '../../src/modules/user/user.tables.ts';
import { wireUser } from '../../src/modules/user/user.module.ts';
import { Precedence } from '../../src/platform/batching/precedence.ts';
import { Invalidations } from '../../src/platform/cache/invalidations.ts';
import { closeRedis, openRedis, type Redis } from '../../src/platform/cache/redis.ts';
import { loadConfig } from '../../src/platform/config/config.ts';
import { projectRoot } from '../../src/platform/config/project-root.ts';
import {
  createContainer,
  provide,
  type Container,
} from '../../src/platform/container/container.ts';
import type { ShopModule } from '../../src/platform/container/shop-module.ts';
import * as tokens from '../../src/platform/container/tokens.ts';
import { Database } from '../../src/platform/database/database.ts';
import { migrateDatabase } from '../../src/platform/database/migrate.ts';
import { EventBackbone } from '../../src/platform/events/event-backbone.ts';
import * as eventTables from '../../src/platform/events/events.tables.ts';
import { readDeadOwners } from '../../src/platform/events/instances.store.ts';
import { readOutboxBacklog } from '../../src/platform/events/operations.store.ts';
import { readWaiting } from '../../src/platform/events/outbox.store.ts';
import { readDueEvents } from '../../src/platform/events/parked-events.store.ts';
import { retentionChore } from '../../src/platform/events/retention.ts';
import { idempotencyKeys } from '../../src/platform/idempotency/idempotency.tables.ts';
import { newId } from '../../src/platform/ids/id.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { fillTable } from '../support/fill-table.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { UNSTOPPED } from '../support/unstopped.ts';

/** Rows of each table that a sweep has nothing to do with. */
const ROWS = 5000;
/** What a look for something that is not there may read: the ends of ranges, and small tables. */
const MOST_READ = 100;

const IN_A_DAY = 'CURRENT_TIMESTAMP(3) + INTERVAL 1 DAY';
const A_DAY_AGO = 'CURRENT_TIMESTAMP(3) - INTERVAL 1 DAY';
const LONG_AGO = 'CURRENT_TIMESTAMP(3) - INTERVAL 100 DAY';

let testDatabase: TestDatabase;
let database: Database;
let redis: Redis;
let backbone: EventBackbone;
let modules: ShopModule[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url, join(projectRoot(), 'migrations'));
  // One connection for statements and one for transactions: their sessions count what they read.
  database = Database.open(testDatabase.url, 1);
  redis = openRedis(inject('redisUrl'), createLogger('silent'));
  await fillEverything();
  const log = createLogger('silent');
  // No heartbeat comes between a sweep and what is counted of it.
  backbone = new EventBackbone(database, { heartbeatMs: 3_600_000, leaseMs: 7_200_000 }, log);
  const root = containerOf();
  modules = [wireOrder, wireCoupon, wireUser].map((wire) => wire(root.createChildContainer()));
  await backbone.start(modules.flatMap((module) => module.consumers));
  await backbone.settled();
});
afterAll(async () => {
  await backbone.stop();
  closeRedis(redis);
  await database.close();
  await testDatabase.drop();
});

function containerOf(): Container {
  const log = createLogger('silent');
  const prefix = `test-${newId()}`;
  const container = createContainer();
  provide(container, tokens.CONFIG, () => loadConfig({ SHOP_REDIS_PREFIX: prefix }));
  provide(container, tokens.LOG, () => log);
  provide(container, tokens.CLOCK, () => ({ now: () => new Date(), nowMs: () => Date.now() }));
  provide(container, tokens.DATABASE, () => database);
  provide(container, tokens.REDIS, () => redis);
  provide(container, tokens.INVALIDATIONS, () => new Invalidations({ redis, prefix, log }));
  provide(container, tokens.IN_TRANSACTION, () => backbone.inTransaction);
  provide(container, tokens.PRECEDENCE, () => new Precedence());
  provide(container, tokens.SIGN_ACCESS_TOKEN, () => () => '');
  return container;
}

/** A busy shop: much is there, and nothing of it is due. */
async function fillEverything(): Promise<void> {
  const fill = (table: Parameters<typeof fillTable>[1], given: Record<string, string>) =>
    fillTable(database, table, ROWS, given);
  await fill(orderTables.orders, {
    state: "'paid'",
    payment_method: "'wallet'",
    placed_at: A_DAY_AGO,
  });
  await fill(orderTables.deadlines, { due_at: IN_A_DAY });
  await fill(orderTables.payments, {
    provider: "'toss'",
    state: "IF(n % 2, 'paid', 'confirming')",
    next_ask_at: `IF(n % 2, NULL, ${IN_A_DAY})`,
  });
  await fill(orderTables.carts, { token_hash: 'UNHEX(SHA2(n, 256))' });
  await fill(orderTables.flashSales, { opens_at: LONG_AGO, closes_at: LONG_AGO });
  await fill(orderTables.flashSaleCounters, { state: "'ended'" });
  await fill(couponTables.coupons, {
    kind: "'fixed_amount'",
    opens_at: LONG_AGO,
    closes_at: LONG_AGO,
    code: 'NULL',
  });
  await fill(couponTables.couponCounters, {});
  await fill(couponTables.memberCoupons, {
    state: "IF(n % 2, 'issued', 'used')",
    expires_at: IN_A_DAY,
    reminded: '1',
  });
  await fill(couponTables.issues, { state: "'done'" });
  await fill(userTables.pointLots, { expires_at: IN_A_DAY });
  await fill(userTables.refreshTokens, { expires_at: IN_A_DAY });
  await fill(eventTables.outbox, { events: "'[]'", dispatched_at: A_DAY_AGO });
  await fill(eventTables.inbox, { handled_at: A_DAY_AGO });
  await fill(eventTables.parkedEvents, { state: "'dead'", next_try_at: A_DAY_AGO });
  await fill(idempotencyKeys, { created_at: A_DAY_AGO });
}

/** Rows that both sessions have read so far, of tables and of indexes. */
async function rowsRead(): Promise<number> {
  let sum = 0;
  for (const pool of [database.pool, database.transactionPool]) {
    const [rows] = await pool.query("SHOW SESSION STATUS LIKE 'Handler\\_read\\_%'");
    for (const { Value } of rows as { Value: string }[]) sum += Number(Value);
  }
  return sum;
}

async function readBy(work: () => Promise<unknown>): Promise<number> {
  // Looking at the counters counts, too.
  const idleBefore = await rowsRead();
  const before = await rowsRead();
  await work();
  const after = await rowsRead();
  return after - before - (before - idleBefore);
}

describe('what recurs reads next to nothing of a busy shop when nothing is due', () => {
  it('a sweep', async () => {
    const sweeps = modules.flatMap((module) => module.sweeps ?? []);
    expect(sweeps.length).toBeGreaterThanOrEqual(5);
    for (const { name, run } of sweeps) expect([name, await readBy(run)]).toEqual([name, bounded]);
  });

  it('a chore', async () => {
    const chores = [retentionChore(database), ...modules.flatMap((module) => module.chores ?? [])];
    expect(chores.length).toBeGreaterThanOrEqual(5);
    for (const { name, run } of chores) {
      expect([name, await readBy(() => run(UNSTOPPED))]).toEqual([name, bounded]);
    }
  });

  it('a round of the relay, and the figures of the backlog', async () => {
    const looks = {
      readDeadOwners: () => readDeadOwners(database),
      readWaiting: () => readWaiting(database, newId(), '00000000-0000-0000-0000-000000000000'),
      readDueEvents: () => readDueEvents(database, [1, 2, 3]),
      readOutboxBacklog: () => readOutboxBacklog(database),
    };
    for (const [name, look] of Object.entries(looks)) {
      expect([name, await readBy(look)]).toEqual([name, bounded]);
    }
  });

  it("a gate's look for open campaigns", async () => {
    const [before, now] = [new Date(Date.now() - 86_400_000), new Date()];
    const sales = () => readCampaigns(database, { endsAfter: before, opensBefore: now });
    const coupons = () => readCampaignsBetween(database, { closesAfter: before, opensUntil: now });
    expect([await readBy(sales), await readBy(coupons)]).toEqual([bounded, bounded]);
  });

  it('unlike a look without an index, which shows that the counting works', async () => {
    const look = () => database.select("SELECT id FROM order_orders WHERE address = 'nowhere'");
    expect(await readBy(look)).toBeGreaterThanOrEqual(ROWS);
  });
});

const bounded = {
  asymmetricMatch: (read: unknown) => typeof read === 'number' && read <= MOST_READ,
  toString: () => `at most ${MOST_READ} rows`,
};
