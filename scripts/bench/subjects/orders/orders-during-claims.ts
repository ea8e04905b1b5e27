import type { StartSubject } from '../../subject.ts';
import { takeClaims } from '../claims/claims.ts';
import { startShop } from '../whole-shop.ts';
import { takeOrders, type OrderLoad } from './orders.ts';

/** Claimants of a round's coupon; should they run out, they claim again and are refused. */
const CLAIMANTS = 40_000;

/** The orders of `startOrders`, while others claim a coupon that has one for each of them. */
export function startOrdersDuringClaims(
  load: OrderLoad & { claimConnections: number; claimants?: number },
): StartSubject {
  const { claimConnections: connections, claimants = CLAIMANTS } = load;

  return (servers) =>
    startShop(servers, async (shop) => {
      const orders = await takeOrders(shop, load);
      const claims = await takeClaims(shop, claimants);
      return {
        request: orders.request,
        sideLoad: { request: claims.request, connections },
        beginRound: async () => ({ sideLoad: await claims.offerAnother() }),
        faults: async (answered) => [
          ...(await claims.faults(0)),
          ...(await orders.faults(answered)),
        ],
      };
    });
}
