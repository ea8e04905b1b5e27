import { resolve, type Container } from '../../platform/container/container.ts';
import type { ShopModule } from '../../platform/container/shop-module.ts';
import {
  CLOCK,
  CONFIG,
  DATABASE,
  IN_TRANSACTION,
  INVALIDATIONS,
  LOG,
  PRECEDENCE,
  REDIS,
} from '../../platform/container/tokens.ts';
import { createFirstComeGate } from '../../platform/first-come/first-come-gate.ts';
import { createPaymentGateways } from '../../platform/payment-gateway/create-payment-gateways.ts';
import { wireCart } from './cart/wire-cart.ts';
import { copyAvailability } from './copies/copy-availability.ts';
import { copyCoupons } from './copies/copy-coupons.ts';
import { createCopyProducts } from './copies/copy-products.ts';
import { KnownSkus } from './copies/known-skus.ts';
import { wireFlashSales } from './flash-sales/wire-flash-sales.ts';
import { OrderNews } from './order-news.ts';
import { orderAdminRoutes } from './order.admin-routes.ts';
import type { PaymentMethod } from './order.rules.ts';
import { orderRoutes } from './order.routes.ts';
import { wirePayments } from './payments/wire-payments.ts';
import { createAwaitOutcome } from './placing/await-outcome.ts';
import { PlacedOrders } from './placing/placed-orders.ts';
import { createPlaceOrder } from './placing/place-order.ts';
import { createQuoteOrder } from './placing/quote-order.ts';
import type { MinimumOf } from './placing/refuse-below-minimum.ts';
import { createSettleOrdersOnAnswers } from './placing/settle-orders-on-answers.ts';
import { createFollowOrder } from './reading/follow-order.ts';
import { createShowOrders } from './reading/show-orders.ts';
import { createShowOrdersToStaff } from './reading/show-orders-to-staff.ts';
import { createCancelForMember } from './undoing/cancel-for-member.ts';
import { createCancelOrder } from './undoing/cancel-order.ts';
import { createExpireOrders } from './undoing/expire-orders.ts';

export function wireOrder(container: Container): ShopModule {
  const config = resolve(container, CONFIG);
  const database = resolve(container, DATABASE);
  const inTransaction = resolve(container, IN_TRANSACTION);
  const clock = resolve(container, CLOCK);
  const log = resolve(container, LOG);
  const precedence = resolve(container, PRECEDENCE);
  const { orders: settings, timeZone } = config;

  const news = new OrderNews();
  const placedOrders = new PlacedOrders();
  const knownSkus = new KnownSkus({ database, invalidations: resolve(container, INVALIDATIONS) });
  const gateways = createPaymentGateways(config.payments);
  const showOrders = createShowOrders({ database, timeZone });
  const cancelOrder = createCancelOrder({ database, inTransaction, clock, news });
  const cart = wireCart({ database, inTransaction, clock });
  const payments = wirePayments({
    database,
    inTransaction,
    clock,
    log,
    news,
    gateways,
    showOrders,
    config,
  });
  const accepts = (method: PaymentMethod) => method === 'wallet' || gateways.has(method);
  const minimumOf: MinimumOf = (method) =>
    method === 'wallet' ? 0 : (gateways.get(method)?.minimumAmount ?? 0);
  const { paymentWindowMs, sweepMs } = settings;
  const redis = resolve(container, REDIS);
  const { prefix } = config.redis;
  const flashSales = wireFlashSales({
    database,
    inTransaction,
    clock,
    news,
    terms: settings,
    placedOrders,
    accepts,
    minimumOf,
    createGate: (store) => createFirstComeGate({ redis, prefix, name: 'flash-sale', store, log }),
    sweepMs,
  });
  const orders = orderRoutes({
    placeOrder: precedence.first(
      createPlaceOrder({
        database,
        knownSkus,
        inTransaction,
        clock,
        terms: { ...settings, minimumOf },
        placedOrders,
        news,
        accepts,
      }),
    ),
    awaitOutcome: precedence.first(createAwaitOutcome({ news, showOrders, timeZone })),
    quoteOrder: createQuoteOrder({
      database,
      knownSkus,
      clock,
      shipping: settings,
      accepts,
      minimumOf,
    }),
    cancelOrder,
    showOrders,
    followOrder: createFollowOrder({ showOrders, news, clock }),
    answerWaitMs: settings.answerWaitMs,
  });
  const expireOrders = createExpireOrders({ database, inTransaction, clock, news });

  const ordersForAdmins = orderAdminRoutes({
    showOrders: createShowOrdersToStaff({ database, timeZone }),
    cancelForMember: createCancelForMember(cancelOrder),
  });

  return {
    consumers: [
      createSettleOrdersOnAnswers({ clock, news, placedOrders, knownSkus, paymentWindowMs }),
      createCopyProducts({ knownSkus }),
      copyAvailability,
      copyCoupons,
      ...cart.consumers,
      ...payments.consumers,
      ...flashSales.consumers,
    ],
    routes: (scope) =>
      [orders, cart.routes, payments.routes, flashSales.routes].forEach((add) => add(scope)),
    adminRoutes: (scope) =>
      [ordersForAdmins, payments.adminRoutes, flashSales.adminRoutes].forEach((add) => add(scope)),
    gates: flashSales.gates,
    chores: cart.chores,
    gauges: payments.gauges,
    sweeps: [
      { name: 'expiring orders', everyMs: sweepMs, run: expireOrders },
      ...payments.sweeps,
      ...flashSales.sweeps,
    ],
  };
}
