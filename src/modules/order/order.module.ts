import { resolve, type Container } from '../../platform/container/container.ts';
import type { ShopModule } from '../../platform/container/shop-module.ts';
import { CLOCK, CONFIG, DATABASE, IN_TRANSACTION } from '../../platform/container/tokens.ts';
import { createAwaitOutcome } from './await-outcome.ts';
import { createCancelOrder } from './cancel-order.ts';
import { copyCoupons } from './copy-coupons.ts';
import { copyProducts } from './copy-products.ts';
import { OrderOutcomes } from './order-outcomes.ts';
import { orderAdminRoutes, orderRoutes } from './order.routes.ts';
import { createPlaceOrder } from './place-order.ts';
import { createSettleOrdersOnAnswers } from './settle-orders-on-answers.ts';
import { createShowOrders } from './show-orders.ts';

export function wireOrder(container: Container): ShopModule {
  const { orders: settings, timeZone } = resolve(container, CONFIG);
  const database = resolve(container, DATABASE);
  const inTransaction = resolve(container, IN_TRANSACTION);
  const clock = resolve(container, CLOCK);

  const outcomes = new OrderOutcomes();
  const showOrders = createShowOrders({ database, timeZone });
  return {
    consumers: [createSettleOrdersOnAnswers({ clock, outcomes }), copyProducts, copyCoupons],
    routes: orderRoutes({
      placeOrder: createPlaceOrder({ database, inTransaction, clock, shipping: settings }),
      awaitOutcome: createAwaitOutcome({ database, outcomes, timeZone }),
      cancelOrder: createCancelOrder({ inTransaction, clock }),
      showOrders,
      answerWaitMs: settings.answerWaitMs,
    }),
    adminRoutes: orderAdminRoutes({ showOrders }),
  };
}
