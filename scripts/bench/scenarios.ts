import type { StartSubject } from './subject.ts';
import { startClaims } from './subjects/claims/claims.ts';
import { startNaiveClaims } from './subjects/claims/naive-claims.ts';
import { startSoldOutClaims } from './subjects/claims/sold-out-claims.ts';
import { startEvents } from './subjects/events.ts';
import { startFlashSales } from './subjects/flash-sales/flash-sales.ts';
import { startAutocommitInsert, startBatchedInsert } from './subjects/insert-floors.ts';
import { startBuffer, startJson, startJsonBehindToken } from './subjects/json-floors.ts';
import { startOrdersDuringClaims } from './subjects/orders/orders-during-claims.ts';
import { startOrders } from './subjects/orders/orders.ts';
import { startRedisLua } from './subjects/redis-floor.ts';

/** What a plain program needs for the same kind of answer; the shop is measured against it. */
const FLOORS = {
  json: startJson,
  'json-jwt': startJsonBehindToken,
  'buffer-10k': startBuffer,
  'redis-lua-jwt': startRedisLua,
  'insert-autocommit-jwt': startAutocommitInsert,
  'insert-batched-jwt': startBatchedInsert,
} satisfies Record<string, StartSubject>;

type FloorName = keyof typeof FLOORS;

export type Scenario = {
  name: string;
  /** What is sent by how many connections, for people. */
  what: string;
  connections: number;
  /** A floor, or another scenario's shop. */
  floorName: FloorName | 'order-wallet-64';
  start: StartSubject;
};

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'events-1',
    what: 'an event through the outbox to two consumers, one at a time',
    connections: 1,
    floorName: 'insert-autocommit-jwt',
    start: startEvents,
  },
  {
    name: 'events-16',
    what: 'events through the outbox to two consumers',
    connections: 16,
    floorName: 'insert-autocommit-jwt',
    start: startEvents,
  },
  {
    name: 'events-256',
    what: 'events through the outbox to two consumers',
    connections: 256,
    floorName: 'insert-batched-jwt',
    start: startEvents,
  },
  {
    name: 'order-wallet-64',
    what: 'orders of one line, spread over members and SKUs, until they are paid by wallet',
    connections: 64,
    floorName: 'insert-autocommit-jwt',
    start: startOrders({ skus: 'all', emptyWalletEvery: 0 }),
  },
  {
    name: 'order-wallet-256',
    what: 'orders of one line, spread over members and SKUs, until they are paid by wallet',
    connections: 256,
    floorName: 'insert-autocommit-jwt',
    start: startOrders({ skus: 'all', emptyWalletEvery: 0 }),
  },
  {
    name: 'order-one-sku-64',
    what: 'the same orders, all of one SKU',
    connections: 64,
    floorName: 'order-wallet-64',
    start: startOrders({ skus: 'one', emptyWalletEvery: 0 }),
  },
  {
    name: 'order-declined-64',
    what: 'the same orders, one in five of a member whose wallet is empty',
    connections: 64,
    floorName: 'insert-autocommit-jwt',
    start: startOrders({ skus: 'all', emptyWalletEvery: 5 }),
  },
  {
    name: 'order-wallet-during-claims-64',
    what: 'the same orders while 256 other connections claim a coupon',
    connections: 64,
    floorName: 'order-wallet-64',
    start: startOrdersDuringClaims({ skus: 'all', emptyWalletEvery: 0, claimConnections: 256 }),
  },
  {
    name: 'claim-until-sold-out-256',
    what: 'claims of a coupon by one member each, until they are stored',
    connections: 256,
    floorName: 'redis-lua-jwt',
    start: startClaims(),
  },
  {
    name: 'claim-naive-256',
    what: 'the same claims on a row lock in MySQL, a transaction each, without the shop',
    connections: 256,
    floorName: 'redis-lua-jwt',
    start: startNaiveClaims(),
  },
  {
    name: 'claim-sold-out-256',
    what: 'claims of a coupon of which nothing is left',
    connections: 256,
    floorName: 'json-jwt',
    start: startSoldOutClaims(),
  },
  {
    name: 'flash-sale-256',
    what: 'members who join a flash sale, until their tickets are stored',
    connections: 256,
    floorName: 'redis-lua-jwt',
    start: startFlashSales(),
  },
];

/** False for another scenario's shop. */
export function isFloor(name: string): name is FloorName {
  return Object.hasOwn(FLOORS, name);
}

/** How a server process is told which subject it is. */
export function subjectNamed(name: string): StartSubject | undefined {
  if (isFloor(name)) return FLOORS[name];
  return SCENARIOS.find((scenario) => scenario.name === name)?.start;
}
