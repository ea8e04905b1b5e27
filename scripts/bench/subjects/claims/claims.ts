import type { App } from '../../../../src/app.ts';
import type { Id } from '../../../../src/platform/ids/id.ts';
import type { LoadRequest, StartSubject } from '../../subject.ts';
import { countAnswers } from '../answer-counts.ts';
import { CLAIMANTS, claimMessages } from '../claimants.ts';
import { COUPONS, gateFaults, storedClaims } from '../gate-ledger.ts';
import { comeToRest, startShop, type WholeShop } from '../whole-shop.ts';
import { claimAnswerFaults, claimFaults } from './claim-ledger.ts';

const DAY_MS = 86_400_000;

/**
 * The whole shop, where members claim a coupon that has one for each of them. Every round has a
 * coupon of its own. An answer comes after the commit in MySQL.
 */
export function startClaims({ members = CLAIMANTS } = {}): StartSubject {
  return (servers) =>
    startShop(servers, async (shop) => {
      const { request, offerAnother, faults } = await takeClaims(shop, members);
      return {
        request: { ...request, isSentOnce: true },
        beginRound: async () => ({ request: await offerAnother() }),
        faults: async ({ accepted }) => faults(accepted),
      };
    });
}

/** Makes a shop ready for claims. */
export async function takeClaims(shop: WholeShop, members: number) {
  const couponIds: Id[] = [];
  const answers = countAnswers('/claims');
  const request: LoadRequest = {
    method: 'POST',
    path: await offerAnother(),
    messages: claimMessages(shop.app.server, members),
  };
  return { request, offerAnother, faults };

  /** Offers a new coupon, and gives the path of its claims. */
  async function offerAnother(): Promise<string> {
    const id = await offerCoupon(shop.app, members);
    couponIds.push(id);
    return claimsPath(id);
  }

  /** @param accepted clients who say that they have a coupon */
  async function faults(accepted: number): Promise<string[]> {
    await comeToRest(shop.app, () => storedClaims(shop, COUPONS, couponIds));
    return [
      ...(await claimFaults(shop.database)),
      ...(await claimAnswerFaults(shop.database, answers, { accepted })),
      ...(await gateFaults(shop, COUPONS, couponIds)),
    ];
  }
}

/** Creates a coupon that can be claimed, and waits until the whole shop knows it. */
export async function offerCoupon(app: App, quantity: number): Promise<Id> {
  const now = Date.now();
  const id = await app.modules.coupon.createCoupon(null, {
    name: '선착순 1,000원 할인',
    kind: 'fixed_amount',
    amount: 1000,
    minOrderAmount: 10_000,
    quantity,
    opensAt: new Date(now - DAY_MS),
    closesAt: new Date(now + DAY_MS),
    validDays: 30,
  });
  await app.backbone.settled();
  return id;
}

export function claimsPath(couponId: Id): string {
  return `/api/v1/coupons/${couponId}/claims`;
}
