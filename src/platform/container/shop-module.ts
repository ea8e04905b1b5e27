import type { Consumer } from '../events/consumer.ts';
import type { Routes } from '../http/shop-server.ts';
import type { Chore } from '../jobs/chores.ts';
import type { Container } from './container.ts';

/** What a module hands to the composition root. */
export type ShopModule = {
  readonly consumers: readonly Consumer[];
  /** Below /api/v1. */
  readonly routes: Routes;
  /** Below /api/v1/admin; each declares its permission. */
  readonly adminRoutes: Routes;
  /** Recurring work. */
  readonly chores?: readonly Chore[];
};

/** Wires a module in a container of its own, so that it cannot reach into another one's. */
export type WireModule<Module extends ShopModule = ShopModule> = (container: Container) => Module;
