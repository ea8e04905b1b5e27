import type { Clock } from '../../../platform/clock/clock.ts';
import type { Config } from '../../../platform/config/config.ts';
import type { ShopModule } from '../../../platform/container/shop-module.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Logger } from '../../../platform/logging/logger.ts';
import type { PaymentGateways } from '../../../platform/payment-gateway/create-payment-gateways.ts';
import type { OrderNews } from '../order-news.ts';
import type { ShowOrders } from '../reading/show-orders.ts';
import { createAskForRefunds } from './ask-for-refunds.ts';
import { createAskProvider } from './ask-provider.ts';
import { createComparePayments } from './compare-payments.ts';
import { createConfirmPayment } from './confirm-payment.ts';
import { createHearWebhook } from './hear-webhook.ts';
import { createNoteGivenBack } from './note-given-back.ts';
import { paymentRoutes } from './payments.routes.ts';
import { createPreparePayments } from './prepare-payments.ts';
import { createRefundPayments } from './refund-payments.ts';
import { refundAdminRoutes } from './refunds.admin-routes.ts';
import { refundGauges } from './refunds.metrics.ts';
import { createResolveRefund } from './resolve-refund.ts';
import { createSettlePayment } from './settle-payment.ts';
import { createShowRefunds } from './show-refunds.ts';

/** A confirmation that was not settled after this many calls' time was lost with its process. */
const CALLS_OF_A_CONFIRMATION = 3;

/** What payments through providers add to the module. */
export function wirePayments(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  log: Logger;
  news: OrderNews;
  gateways: PaymentGateways;
  showOrders: ShowOrders;
  config: Config;
}): Required<Pick<ShopModule, 'consumers' | 'routes' | 'adminRoutes' | 'sweeps' | 'gauges'>> {
  const { config, showOrders, database } = parts;
  const { confirmTimeoutMs, sweepMs } = config.orders;
  const { callTimeoutMs } = config.payments;
  const settlePayment = createSettlePayment(parts);
  const askProvider = createAskProvider({ ...parts, settlePayment });
  const confirmPayment = createConfirmPayment({
    ...parts,
    askProvider,
    confirmTimeoutMs,
    firstQuestionMs: callTimeoutMs * CALLS_OF_A_CONFIRMATION,
  });
  const noteGivenBack = createNoteGivenBack(parts);
  const comparePayments = createComparePayments({ ...parts, noteGivenBack });
  const askForRefunds = createAskForRefunds({ ...parts, comparePayments, callTimeoutMs });

  return {
    consumers: [createPreparePayments(parts), createRefundPayments(askForRefunds)],
    routes: paymentRoutes({ confirmPayment, hearWebhook: createHearWebhook(parts), showOrders }),
    adminRoutes: refundAdminRoutes({
      showRefunds: createShowRefunds(parts),
      resolveRefund: createResolveRefund(parts),
    }),
    sweeps: [
      { name: 'asking about payments', everyMs: sweepMs, run: askProvider.askDue },
      { name: 'asking for refunds', everyMs: sweepMs, run: askForRefunds.askDue },
      { name: 'comparing payments', everyMs: sweepMs, run: comparePayments.compareDue },
    ],
    gauges: refundGauges(database),
  };
}
