import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildApp, type App } from '../../../../src/app.ts';
import { loadConfig } from '../../../../src/platform/config/config.ts';
import { Database } from '../../../../src/platform/database/database.ts';
import type { Id } from '../../../../src/platform/ids/id.ts';
import { createLogger } from '../../../../src/platform/logging/logger.ts';
import type { LoadRequest, Message, StartSubject } from '../../subject.ts';
import { bearer } from '../fastify-floor.ts';
import { openAccounts, stockShelves } from './fill-shop.ts';
import { ledgerFaults } from './order-ledger.ts';

export type OrderLoad = {
  /** Whether orders are spread over all SKUs, or all want the same one. */
  skus: 'all' | 'one';
  /** One of so many members has an empty wallet; none when 0. `members` is a multiple of it. */
  emptyWalletEvery: number;
  members?: number;
  products?: number;
};

/** Fewer than the tokens that the shop remembers. */
const MEMBERS = 4000;
const PRODUCTS = 2000;
/** Looks at a shop that comes to rest; it takes moments. */
const LOOKS = 100;
const LOOK_MS = 50;

/** The whole shop, where members order one unit each and pay with their wallets. */
export function startOrders(load: OrderLoad): StartSubject {
  const { skus, emptyWalletEvery, members = MEMBERS, products = PRODUCTS } = load;

  return async ({ databaseUrl, redisUrl }) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'seonchak-bench-'));
    const config = loadConfig({
      SHOP_DATA_DIR: dataDir,
      SHOP_REDIS_PREFIX: new URL(databaseUrl).pathname.slice(1),
      SHOP_RATE_LIMIT: 'off',
      // Longer than a round: an order that hangs is not answered with 202, which would pass for 201.
      SHOP_ORDER_ANSWER_WAIT_MS: '30000',
    });
    const log = createLogger('warn');
    const app = await buildApp(config, { databaseUrl, redisUrl }, log);
    const database = Database.open(databaseUrl, 1);
    const skuIds = await stockShelves(app, database, products);
    const memberIds = await openAccounts(app, members, emptyWalletEvery);
    const messages = memberIds.map((memberId, place) =>
      message(app, memberId, skuIds[skus === 'one' ? 0 : place % skuIds.length] ?? ''),
    );
    const request: LoadRequest = {
      method: 'POST',
      path: '/api/v1/orders',
      messages,
      refusedShare: emptyWalletEvery === 0 ? 0 : 1 / emptyWalletEvery,
    };
    const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
    return {
      url,
      request,
      isExact: async (answered) => {
        await comeToRest(app, database);
        const faults = await ledgerFaults(database, answered);
        if (faults.length > 0) log.error({ faults }, 'the ledger does not add up');
        return faults.length === 0;
      },
      stop: async () => {
        await app.stop();
        await database.close();
        await rm(dataDir, { recursive: true });
      },
    };
  };
}

function message(app: App, memberId: Id, skuId: Id): Message {
  // Longer than the shop's own tokens live, so that none expires in a long run.
  const token = app.server.jwt.sign({ kind: 'member', sub: memberId }, { expiresIn: '1d' });
  return {
    headers: { ...bearer(token), 'content-type': 'application/json' },
    body: JSON.stringify({
      items: [{ skuId, quantity: 1 }],
      paymentMethod: 'wallet',
      address: {
        recipient: '김체험',
        phone: '010-0000-0000',
        zoneCode: '04524',
        roadAddress: '서울 중구 세종대로 110',
        detail: '3층',
      },
    }),
  };
}

/** Waits until the orders of clients that left at the end of a round are decided, too. */
async function comeToRest(app: App, database: Database): Promise<void> {
  let known = -1;
  for (let look = 0; look < LOOKS; look += 1) {
    await app.backbone.settled();
    const [row] = await database.select<{ orders: number; open: number }>(
      `SELECT COUNT(*) AS orders, COALESCE(SUM(state = 'placed'), 0) AS open FROM order_orders`,
    );
    if (row?.open === 0 && row.orders === known) return;
    known = row?.orders ?? -1;
    await pause(LOOK_MS);
  }
}
