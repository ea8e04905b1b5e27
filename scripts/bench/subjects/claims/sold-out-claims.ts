import type { App } from '../../../../src/app.ts';
import type { Id } from '../../../../src/platform/ids/id.ts';
import type { StartSubject } from '../../subject.ts';
import { countAnswers } from '../answer-counts.ts';
import { claimMessages } from '../claimants.ts';
import { COUPONS, gateFaults } from '../gate-ledger.ts';
import { startShop } from '../whole-shop.ts';
import { claimFaults } from './claim-ledger.ts';
import { claimsPath, offerCoupon } from './claims.ts';

const UNITS = 100;
/** Fewer than the tokens that the shop remembers. */
const MEMBERS = 4000;

/** The whole shop, where members who have nothing claim a coupon of which nothing is left. */
export function startSoldOutClaims({ members = MEMBERS } = {}): StartSubject {
  return (servers) =>
    startShop(servers, async (shop) => {
      const couponId = await offerCoupon(shop.app, UNITS);
      await sellOut(shop.app, couponId);
      const answers = countAnswers('/claims');
      return {
        request: {
          method: 'POST',
          path: claimsPath(couponId),
          messages: claimMessages(shop.app.server, members),
          refusedShare: 1,
        },
        faults: async ({ accepted, refused }) => {
          await shop.app.backbone.settled();
          const faults = [
            ...(await claimFaults(shop.database)),
            ...(await gateFaults(shop, COUPONS, [couponId])),
          ];
          if (accepted > 0) faults.push(`${accepted} clients were told of success`);
          const conflicts = answers.of(409);
          if (conflicts < refused) {
            faults.push(`${refused} clients were refused, only ${conflicts} of them by 409`);
          }
          return faults;
        },
      };
    });
}

/** Throws unless exactly those who take the units succeed. */
async function sellOut(app: App, couponId: Id): Promise<void> {
  const claims = claimMessages(app.server, UNITS + 1);
  const codes: number[] = [];
  for (const { headers } of claims) {
    const { statusCode } = await app.server.inject({
      method: 'POST',
      url: claimsPath(couponId),
      headers,
    });
    codes.push(statusCode);
  }
  const isSoldOut = codes.every((code, place) => code === (place < UNITS ? 201 : 409));
  if (!isSoldOut) throw new Error(`the coupon could not be sold out: ${codes.join(' ')}`);
}
