import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Database } from '../../../src/platform/database/database.ts';
import { die } from './death-points.ts';
import { RacePoints, type RacePoint } from './race-points.ts';
import { COMMIT } from './statements.ts';

/** What the saga of an order sends, as far as faults look for it. */
const PLACES_ORDERS = /INSERT INTO order_orders/;
const HOLDS_STOCK = /INSERT INTO catalog_stock_holds/;
const HOLDS_FUNDS = /INSERT INTO user_funds_holds/;
const SELLS_STOCK = /UPDATE catalog_stock_holds/;
const SPENDS_FUNDS = /UPDATE user_funds_holds/;
const BOOKS_PAYMENTS = /INSERT INTO user_wallet_entries/;
const JOINS_ANSWERS = /UPDATE order_orders[\s\S]+stock_answer = \?/;

/** Where the shop is asked for what ends with an answer. */
const ORDERS = /\/orders$/;
const CONFIRMATIONS = /\/payments\/confirm$/;
/** Where Toss and Kakao Pay are asked for money. */
const CHARGES = /\/payments\/confirm$|\/payment\/approve$/;

type Place = Omit<RacePoint, 'run' | 'nth'>;

/** Boundaries of an order that is decided in the transaction that places it. */
const PLACES_AT_ONCE = {
  // Everything is written, and nothing is committed.
  'before-order': { when: 'before', statement: COMMIT, within: BOOKS_PAYMENTS },
  // The order is paid and its holds are final, and nobody knows.
  'after-order': { when: 'after', statement: COMMIT, within: BOOKS_PAYMENTS },
} satisfies Record<string, Place>;

/** Boundaries of an order that is decided step by step, each in a lane of its own. */
const PLACES_IN_LANES = {
  // The order and its event are committed, and no participant has heard of them.
  'after-placement': { when: 'after', statement: COMMIT, within: PLACES_ORDERS },
  // The stock is set aside in a transaction that does not commit.
  'in-stock-hold': { when: 'before', statement: COMMIT, within: HOLDS_STOCK },
  // The money is set aside, and the order has not heard of it.
  'after-funds-hold': { when: 'after', statement: COMMIT, within: HOLDS_FUNDS },
  // The answers are joined in a transaction that does not commit.
  'in-join': { when: 'before', statement: COMMIT, within: JOINS_ANSWERS },
  // The order is paid, and nobody has made its hold final.
  'after-join': { when: 'after', statement: COMMIT, within: JOINS_ANSWERS },
  // The stock of paid orders is sold in a transaction that does not commit.
  'in-sale': { when: 'before', statement: COMMIT, within: SELLS_STOCK },
  // The money of paid orders is spent, and the envelope is not marked.
  'after-spending': { when: 'after', statement: COMMIT, within: SPENDS_FUNDS },
} satisfies Record<string, Place>;

/** The order is paid and everybody knows but the client. */
const BEFORE_ANSWER = 'before-answer';

const PLACES_IN_DATABASE = { ...PLACES_AT_ONCE, ...PLACES_IN_LANES };

export type ShopDeathPlace = keyof typeof PLACES_IN_DATABASE | typeof BEFORE_ANSWER;

/**
 * Where an instance dies that has a provider take the money: `before-charge`, when it is committed
 * that the provider is asked, and nothing is sent; `before-confirmed`, when the provider's answer is
 * the order's, and its client does not know.
 */
export type PaymentDeathPlace = 'before-charge' | 'before-confirmed';

export const SHOP_DEATH_PLACES: readonly ShopDeathPlace[] = [
  ...(Object.keys(PLACES_IN_DATABASE) as (keyof typeof PLACES_IN_DATABASE)[]),
  BEFORE_ANSWER,
];

/** The process ends at this place, the n-th time that it comes by (from 1). */
export type ShopDeath = { place: ShopDeathPlace | PaymentDeathPlace; nth: number };

/** Whether an instance comes by the place only when it has orders decided step by step. */
export function isInLanes({ place }: ShopDeath): boolean {
  return Object.hasOwn(PLACES_IN_LANES, place);
}

/** To be called before the shop opens its database. */
export function armShopDeath({ place, nth }: ShopDeath): void {
  if (place === BEFORE_ANSWER) dieBeforeAnswer(ORDERS, 201, nth);
  else if (place === 'before-charge') dieBeforeCharge(nth);
  else if (place === 'before-confirmed') dieBeforeAnswer(CONFIRMATIONS, 200, nth);
  else dieAtStatement(PLACES_IN_DATABASE[place], nth);
}

function dieAtStatement(place: Place, nth: number): void {
  const points = new RacePoints();
  void points.arm({ ...place, nth, run: die });
  const open = Database.open.bind(Database);
  Database.open = (...args) => points.watch(open(...args));
}

/** Counts requests that are about to be sent to a provider and ask for money. */
function dieBeforeCharge(nth: number): void {
  let left = nth;
  subscribe('undici:request:create', (message) => {
    const { path } = (message as { request: { path: string } }).request;
    if (!CHARGES.test(path)) return;
    left -= 1;
    if (left === 0) void die();
  });
}

/** Counts answers that say that all is done: that an order is decided, or its payment. */
function dieBeforeAnswer(path: RegExp, status: number, nth: number): void {
  let left = nth;
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (request.method !== 'POST' || !path.test(request.url ?? '')) return;
    const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
    response.writeHead = (...args: unknown[]) => {
      if (args[0] === status) {
        left -= 1;
        if (left === 0) void die();
      }
      return writeHead(...args);
    };
  });
}
