import { setTimeout as pause } from 'node:timers/promises';
import type { Id } from '../../../src/platform/ids/id.ts';
import { present } from './fault.ts';
import { Diary } from './shop-diary.ts';
import type { ShopFront } from './shop-front.ts';
import type { Market, MarketPlan, Shopper } from './shop-market.ts';
import { buy, cancelOrder, type Wish } from './shop-orders.ts';

const PAUSE_MS = 20;
const MOST_LINES = 3;
const MOST_UNITS = 2;
/** How many of ten orders use a coupon or points, do not wait for their outcome, are undone. */
const OF_TEN = { withCoupon: 3, withPoints: 2, respondAsync: 2, cancelled: 3, unitsCancelled: 2 };
const POINTS_OF_ORDER = 1500;
const PLENTY = 1_000_000;

/** Most orders are paid; some find the wallet or the shelf empty, or no points left. */
export const BUSY_MARKET: MarketPlan = {
  wallets: [...Array.from({ length: 7 }, () => 1_000_000_000), 100_000],
  stock: [...Array.from({ length: 6 }, () => PLENTY), 20, 40],
  coupons: 2,
  points: 100_000,
};

export type ShopLoadReport = {
  orders: number;
  paid: number;
  cancelled: number;
};

/** Shoppers who order, follow their orders up, and cancel some, until they are stopped. */
export class ShopLoad {
  readonly diary: Diary;
  readonly report: ShopLoadReport = { orders: 0, paid: 0, cancelled: 0 };
  readonly #front: ShopFront;
  readonly #market: Market;
  readonly #ended: Promise<unknown>;
  #stopped = false;

  constructor(front: ShopFront, market: Market, diary = new Diary()) {
    this.diary = diary;
    this.#front = front;
    this.#market = market;
    this.#ended = Promise.all(market.shoppers.map((shopper) => this.#shop(shopper)));
    // Whoever stops the load hears of it.
    this.#ended.catch(() => undefined);
  }

  /** Waits for something that is to happen under the load. Fails at once when a shopper does. */
  async during<T>(event: Promise<T>): Promise<T> {
    await Promise.race([event, this.#ended]);
    return event;
  }

  /** Lets every shopper finish the order in hand. Fails when one of them got a wrong answer, or none. */
  async stop(): Promise<ShopLoadReport> {
    this.#stopped = true;
    await this.#ended;
    return this.report;
  }

  async #shop(shopper: Shopper): Promise<void> {
    while (!this.#stopped) {
      await this.#buyOnce(shopper);
      await pause(PAUSE_MS);
    }
  }

  async #buyOnce(shopper: Shopper): Promise<void> {
    const prefer = oneOfTen() < OF_TEN.respondAsync ? 'respond-async' : undefined;
    const wish = anyWish(shopper, this.#market.skuIds);
    const { placement, told } = await buy(this.#front, this.diary, shopper, wish, prefer);
    this.report.orders += 1;
    if (told.state !== 'paid') return;
    this.report.paid += 1;
    const { orderId } = told;
    const cancel = (unitOf?: Id) => cancelOrder(this.#front, shopper, orderId, placement, unitOf);
    // At the same moment: what one of them has cancelled, the other cannot.
    if (oneOfTen() < OF_TEN.unitsCancelled) {
      const { skuId } = present(wish.items[0]);
      await Promise.all([cancel(skuId), cancel(skuId)]);
    }
    if (oneOfTen() < OF_TEN.cancelled) {
      await Promise.all([cancel(), cancel()]);
      this.report.cancelled += 1;
    }
  }
}

function anyWish({ memberCouponIds }: Shopper, skuIds: readonly Id[]): Wish {
  const items = Array.from({ length: 1 + below(MOST_LINES) }, () => ({
    skuId: anyOf(skuIds),
    quantity: 1 + below(MOST_UNITS),
  }));
  const usesCoupon = memberCouponIds.length > 0 && oneOfTen() < OF_TEN.withCoupon;
  const usesPoints = oneOfTen() < OF_TEN.withPoints;
  return {
    items,
    ...(usesCoupon ? { memberCouponId: anyOf(memberCouponIds) } : {}),
    ...(usesPoints ? { pointsAmount: POINTS_OF_ORDER } : {}),
  };
}

function anyOf<Item>(items: readonly Item[]): Item {
  return present(items[below(items.length)]);
}

function oneOfTen(): number {
  return below(10);
}

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}
