import type { Id } from '../../../../src/platform/ids/id.ts';
import type { StartSubject } from '../../subject.ts';
import { ADDRESS } from '../address.ts';
import { countAnswers } from '../answer-counts.ts';
import { CLAIMANTS, claimMessages } from '../claimants.ts';
import { FLASH_SALES, gateFaults, storedClaims } from '../gate-ledger.ts';
import { stockShelves } from '../orders/fill-shop.ts';
import { comeToRest, startShop, type WholeShop } from '../whole-shop.ts';
import { flashFaults, ticketAnswerFaults } from './flash-ledger.ts';
import { openSale } from './open-sale.ts';

/** Units of a sale: few of those who come get one, as it is with such sales. */
const UNITS = 1000;
const PRODUCTS = 10;

/** A provider that is never asked for anything: nobody pays during the bench. */
const PROVIDER = {
  TOSS_SECRET_KEY: 'bench_secret_key',
  TOSS_API_URL: 'http://127.0.0.1:9',
};

/**
 * The whole shop, where members join a flash sale that has room in its line for all of them. Every
 * round has a sale of its own. An answer comes after the ticket's commit in MySQL. The orders of the
 * first in line are placed meanwhile, and wait to be paid as long as the bench runs: once all units
 * are paid, the sale is sold out, and nobody joins any more.
 */
export function startFlashSales({ members = CLAIMANTS, units = UNITS } = {}): StartSubject {
  return (servers) =>
    startShop(
      servers,
      async (shop) => {
        const { app, database } = shop;
        const skuIds = await stockShelves(app, database, PRODUCTS);
        const body = JSON.stringify({ paymentMethod: 'toss', address: ADDRESS });
        const messages = claimMessages(app.server, members).map(({ headers }) => ({
          headers: { ...headers, 'content-type': 'application/json' },
          body,
        }));
        const answers = countAnswers('/orders');
        const saleIds: Id[] = [];
        return {
          request: { method: 'POST', path: await openAnother(), messages, isSentOnce: true },
          beginRound: async () => ({ request: await openAnother() }),
          faults: async ({ accepted }) => {
            await comeToRest(app, () => settledTickets(shop, saleIds));
            return [
              ...(await flashFaults(database)),
              ...(await ticketAnswerFaults(database, answers, accepted)),
              ...(await gateFaults(shop, FLASH_SALES, saleIds)),
            ];
          },
        };

        /** Opens a new sale, and gives the path of its tickets. */
        async function openAnother(): Promise<string> {
          await app.backbone.settled();
          const skuId = skuIds[saleIds.length % skuIds.length] ?? '';
          const id = await openSale(shop, skuId, { quantity: units, lineLimit: members });
          saleIds.push(id);
          return `/api/v1/flash-sales/${id}/orders`;
        }
      },
      PROVIDER,
    );
}

/** How many tickets there are; undefined while some are not stored, or their orders not decided. */
async function settledTickets(
  shop: WholeShop,
  saleIds: readonly Id[],
): Promise<number | undefined> {
  const [row] = await shop.database.select<{ open: number }>(
    "SELECT COUNT(*) AS open FROM order_orders WHERE state = 'placed'",
  );
  return row?.open === 0 ? storedClaims(shop, FLASH_SALES, saleIds) : undefined;
}
