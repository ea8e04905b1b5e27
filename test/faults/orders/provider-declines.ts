import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { present, type Fault } from '../support/fault.ts';
import { Diary } from '../support/shop-diary.ts';
import { openMarket, type Market, type Shopper } from '../support/shop-market.ts';
import { cancelOrder } from '../support/shop-orders.ts';
import { auditPayments } from '../support/shop-payments-audit.ts';
import {
  awaitSettlement,
  buyThrough,
  confirmPayment,
  misbehave,
  PROVIDERS,
  withPayingRig,
  type Approved,
  type PayingRig,
  type Trouble,
} from '../support/shop-payments.ts';

const SHOPPERS = 4;
const CALL_TIMEOUT_MS = 1000;
const CONFIRM_TIMEOUT_MS = 2000;
const MOST_DELAY_MS = 200;
/** Of each shopper, however slow the host: one of them is declined. */
const FEWEST_ORDERS = 5;
const PLENTY = 1_000_000;
/** Of so many orders of a shopper one is declined, one delayed, and of the paid ones some undone. */
const ONE_OF = { declined: 5, delayed: 5, cancelled: 4, unitsCancelled: 3 };

/** How providers fail, for a third of the time each, half of all payments and refunds. */
const PHASES: readonly (Trouble | undefined)[] = [
  undefined,
  { how: 'error', moment: 'before', share: 0.5 },
  { how: 'error', moment: 'after', share: 0.5 },
];

type Tally = Map<string, number>;

/**
 * Shoppers pay and cancel for as many seconds as `times` says, while providers decline a fifth,
 * dawdle, and fail before and after they have done what they were asked for.
 */
export const providerDeclines: Fault = {
  name: 'provider-declines',
  times: { full: 60, short: 3 },
  run: (lab, seconds) =>
    withPayingRig(
      lab,
      async (rig) => {
        await Promise.all([rig.start(), rig.start()]);
        const wallets = Array.from({ length: SHOPPERS }, () => 0);
        const market = await openMarket(rig, { wallets, stock: [PLENTY] });
        const diary = new Diary();
        const endings: Tally = new Map();
        const isOver = new AbortController();
        const shopping = Promise.all(
          market.shoppers.map((shopper, index) =>
            shop(rig, market, shopper, diary, { endings, isOver: isOver.signal, first: index }),
          ),
        );
        await Promise.race([shopping, goThroughPhases(rig, seconds)]);
        isOver.abort();
        for (const method of PROVIDERS) rig[method].behave();
        await shopping;
        const orders = await auditPayments(rig, diary);
        const ends = [...endings].map(([state, count]) => `${count} ${state}`).join(', ');
        assert.ok(endings.has('paid') && endings.has('failed'), ends);
        return `${orders} orders in ${seconds} s, ${ends}`;
      },
      {
        SHOP_PAYMENT_CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS),
        SHOP_CONFIRM_TIMEOUT_MS: String(CONFIRM_TIMEOUT_MS),
      },
    ),
};

async function goThroughPhases(rig: PayingRig, seconds: number): Promise<void> {
  for (const trouble of PHASES) {
    for (const method of PROVIDERS) {
      rig[method].behave();
      if (!trouble) continue;
      misbehave(rig, method, 'charge', trouble);
      misbehave(rig, method, 'refund', trouble);
    }
    await pause((seconds * 1000) / PHASES.length);
  }
}

async function shop(
  rig: PayingRig,
  { skuIds }: Market,
  shopper: Shopper,
  diary: Diary,
  { endings, isOver, first }: { endings: Tally; isOver: AbortSignal; first: number },
): Promise<void> {
  const skuId = present(skuIds[0]);
  for (let turn = first; turn < first + FEWEST_ORDERS || !isOver.aborted; turn += 1) {
    const method = present(PROVIDERS[turn % PROVIDERS.length]);
    const items = [{ skuId, quantity: 2 }];
    const approved = await buyThrough(rig, rig.front, diary, shopper, method, { items });
    troublePayment(rig, approved, turn);
    await confirmPayment(rig.front, approved);
    const { state } = await awaitSettlement(rig.front, approved);
    endings.set(state, (endings.get(state) ?? 0) + 1);
    if (state !== 'paid') continue;
    const { orderId, placement } = approved;
    const isUnit = turn % ONE_OF.unitsCancelled === 0;
    if (isUnit) await cancelOrder(rig.front, shopper, orderId, placement, skuId);
    if (turn % ONE_OF.cancelled === 0) await cancelOrder(rig.front, shopper, orderId, placement);
  }
}

/** A payment's own trouble; the others have that of the time. */
function troublePayment(rig: PayingRig, { method, key: payment }: Approved, turn: number): void {
  if (turn % ONE_OF.declined === 0) {
    misbehave(rig, method, 'charge', { payment, how: 'decline' });
  }
  if (turn % ONE_OF.delayed === 1) {
    const until = pause(Math.random() * MOST_DELAY_MS);
    misbehave(rig, method, 'charge', { payment, how: 'wait', moment: 'before', until });
  }
}
