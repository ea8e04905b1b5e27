import type { Clock } from '../../../platform/clock/clock.ts';
import type { ShopModule } from '../../../platform/container/shop-module.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import { cartRoutes } from './cart.routes.ts';
import { createFindCartOwner } from './find-cart-owner.ts';
import { createForgetGuestCarts } from './forget-guest-carts.ts';
import { createMergeCartOnLogin } from './merge-cart-on-login.ts';
import { createPutCartItem } from './put-cart-item.ts';
import { createRemoveCartItem } from './remove-cart-item.ts';
import { createShowCart } from './show-cart.ts';

const DAY_MS = 86_400_000;

/** What the cart adds to the module. */
export function wireCart(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
}): Required<Pick<ShopModule, 'consumers' | 'routes' | 'chores'>> {
  const findCartOwner = createFindCartOwner(parts);
  return {
    consumers: [createMergeCartOnLogin(parts)],
    routes: cartRoutes({
      showCart: createShowCart({ ...parts, findCartOwner }),
      putCartItem: createPutCartItem({ ...parts, findCartOwner }),
      removeCartItem: createRemoveCartItem({ ...parts, findCartOwner }),
    }),
    chores: [{ name: 'forget-guest-carts', everyMs: DAY_MS, run: createForgetGuestCarts(parts) }],
  };
}
