import type { Id } from '../../../../src/platform/ids/id.ts';
import type { LoadRequest, Message, StartSubject } from '../../subject.ts';
import { ADDRESS } from '../address.ts';
import { memberHeaders } from '../claimants.ts';
import { comeToRest, startShop, type ShopLoad, type WholeShop } from '../whole-shop.ts';
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

/** The whole shop, where members order one unit each and pay with their wallets. */
export function startOrders(load: OrderLoad): StartSubject {
  return (servers) => startShop(servers, (shop) => takeOrders(shop, load));
}

/** Fills a shop for orders. */
export async function takeOrders(shop: WholeShop, load: OrderLoad): Promise<ShopLoad> {
  const { skus, emptyWalletEvery, members = MEMBERS, products = PRODUCTS } = load;
  const skuIds = await stockShelves(shop.app, shop.database, products);
  const memberIds = await openAccounts(shop.app, members, emptyWalletEvery);
  const messages = memberIds.map((memberId, place) =>
    message(shop, memberId, skuIds[skus === 'one' ? 0 : place % skuIds.length] ?? ''),
  );
  const request: LoadRequest = {
    method: 'POST',
    path: '/api/v1/orders',
    messages,
    refusedShare: emptyWalletEvery === 0 ? 0 : 1 / emptyWalletEvery,
  };
  return {
    request,
    faults: async (answered) => {
      await comeToRest(shop.app, () => decidedOrders(shop));
      return ledgerFaults(shop.database, answered);
    },
  };
}

function message({ app }: WholeShop, memberId: Id, skuId: Id): Message {
  return {
    headers: { ...memberHeaders(app.server, memberId), 'content-type': 'application/json' },
    body: JSON.stringify({
      items: [{ skuId, quantity: 1 }],
      paymentMethod: 'wallet',
      address: ADDRESS,
    }),
  };
}

/** How many orders there are; undefined while some are not decided. */
async function decidedOrders({ database }: WholeShop): Promise<number | undefined> {
  const [row] = await database.select<{ orders: number; open: number }>(
    `SELECT COUNT(*) AS orders, COALESCE(SUM(state = 'placed'), 0) AS open FROM order_orders`,
  );
  return row?.open === 0 ? row.orders : undefined;
}
