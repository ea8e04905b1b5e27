import type { Consumer } from '../events/consumer.ts';
import type { FirstComeGate } from '../first-come/first-come.ts';
import type { Routes } from '../http/shop-server.ts';
import type { Chore } from '../jobs/chores.ts';
import type { GaugeSettings } from '../metrics/metrics.ts';
import type { Container } from './container.ts';

/** What a module hands to the composition root. */
export type ShopModule = {
  readonly consumers: readonly Consumer[];
  /** Below /api/v1. */
  readonly routes: Routes;
  /** Below /api/v1/admin; each declares its permission. */
  readonly adminRoutes: Routes;
  /** By the kind of campaign. Started with the shop, and stopped before it. */
  readonly gates?: Readonly<Record<string, FirstComeGate>>;
  /** Recurring work that one instance does for all, on a schedule in Redis. */
  readonly chores?: readonly Chore[];
  /** Recurring work that every instance does by itself, in seconds and without Redis. */
  readonly sweeps?: readonly Sweep[];
  /** Figures for /metrics. */
  readonly gauges?: readonly GaugeSettings[];
};

/** Work that looks for what is due in the database; safe in several instances at once. */
export type Sweep = {
  readonly name: string;
  /** Pause between the end of a round and the next, in milliseconds. */
  readonly everyMs: number;
  readonly run: () => Promise<void>;
};

/** Wires a module in a container of its own, so that it cannot reach into another one's. */
export type WireModule<Module extends ShopModule = ShopModule> = (container: Container) => Module;
