import { ambiguousCommit } from './ambiguous-commit.ts';
import { backlog } from './backlog.ts';
import { commitBeforeOutage } from './commit-before-outage.ts';
import { cutBetweenStatements } from './cut-between-statements.ts';
import { databaseRestart } from './database-restart.ts';
import { claimsClocks } from './first-come/claims-clocks.ts';
import { claimsCrowd } from './first-come/claims-crowd.ts';
import { claimsAofCut, claimsRedisFlushed, claimsRedisKilled } from './first-come/claims-redis.ts';
import { claimsShopKilled } from './first-come/claims-shop-killed.ts';
import { flashSale } from './first-come/flash-sale.ts';
import { forcedDeadlock, forcedLockTimeout } from './forced-locks.ts';
import { holdAndRelease } from './hold-and-release.ts';
import { hostsApart } from './hosts-apart.ts';
import { killAtPoint } from './kill-at-point.ts';
import { killRandom } from './kill-random.ts';
import { killerEvent } from './killer-event.ts';
import { memory } from './memory.ts';
import { olderBuild, retiredComesBack } from './older-build.ts';
import { orderCancelRace } from './orders/cancel-race.ts';
import { orderCrossedCarts } from './orders/crossed-carts.ts';
import { orderDatabaseRestart } from './orders/database-restart.ts';
import { orderKillAt } from './orders/kill-at.ts';
import { orderKillRandom } from './orders/kill-random.ts';
import { orderLastUnit } from './orders/last-unit.ts';
import { providerCancelRace } from './orders/provider-cancel-race.ts';
import { providerDeclines } from './orders/provider-declines.ts';
import { providerKillAt } from './orders/provider-kill-at.ts';
import { providerLateCharge } from './orders/provider-late-charge.ts';
import { providerRefundOutage } from './orders/provider-refund-outage.ts';
import { providerTimeoutAfterCharge } from './orders/provider-timeout-after-charge.ts';
import { providerWebhookRace } from './orders/provider-webhook-race.ts';
import { orderRedisAway } from './orders/redis-away.ts';
import { orderSameKey } from './orders/same-key.ts';
import { poisonEvent } from './poison-event.ts';
import { redeliveryShuffled } from './redelivery-shuffled.ts';
import { relayCut } from './relay-cut.ts';
import { stoppedPastLease } from './stopped-past-lease.ts';
import type { Fault } from './support/fault.ts';

/** Processes that die, stand still, are of different builds, or run on hosts that disagree. */
export const FAULTS_OF_PROCESSES: readonly Fault[] = [
  killRandom,
  ...killAtPoint,
  stoppedPastLease,
  killerEvent,
  olderBuild,
  retiredComesBack,
  hostsApart,
];

/** A database that goes away or refuses, and events that come in strange ways or numbers. */
export const FAULTS_OF_THE_REST: readonly Fault[] = [
  ambiguousCommit,
  cutBetweenStatements,
  commitBeforeOutage,
  relayCut,
  databaseRestart,
  redeliveryShuffled,
  forcedDeadlock,
  forcedLockTimeout,
  holdAndRelease,
  poisonEvent,
  backlog,
  memory,
];

/** The whole shop, with clients that order. */
export const FAULTS_OF_ORDERS: readonly Fault[] = [
  orderKillRandom,
  orderKillAt,
  orderLastUnit,
  orderCrossedCarts,
  orderSameKey,
  orderRedisAway,
  orderDatabaseRestart,
  orderCancelRace,
];

/** The whole shop, whose money is taken by providers that do their worst. */
export const FAULTS_OF_PROVIDERS: readonly Fault[] = [
  providerTimeoutAfterCharge,
  providerWebhookRace,
  providerCancelRace,
  providerKillAt,
  providerDeclines,
  providerLateCharge,
  providerRefundOutage,
];

/** The whole shop, with crowds that all want the same few units. */
export const FAULTS_OF_FIRST_COME: readonly Fault[] = [
  claimsCrowd,
  claimsRedisFlushed,
  claimsRedisKilled,
  claimsAofCut,
  claimsShopKilled,
  claimsClocks,
  flashSale,
];

/** Everything that may go wrong, in the order in which it is tried. */
export const FAULTS = [
  ...FAULTS_OF_PROCESSES,
  ...FAULTS_OF_THE_REST,
  ...FAULTS_OF_ORDERS,
  ...FAULTS_OF_PROVIDERS,
  ...FAULTS_OF_FIRST_COME,
];
