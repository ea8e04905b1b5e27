import { OneAtATime } from '../../../platform/batching/one-at-a-time.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import { isOutage } from '../../../platform/errors/outage.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Logger } from '../../../platform/logging/logger.ts';
import type { PaymentGateways } from '../../../platform/payment-gateway/create-payment-gateways.ts';
import {
  ProviderRefused,
  RefundRefused,
} from '../../../platform/payment-gateway/payment-errors.ts';
import type { OrderNews } from '../order-news.ts';
import type { ComparePayments } from './compare-payments.ts';
import { findRefund, markRefunded, type PaymentRow, type RefundRow } from './payments.store.ts';
import { taxPartsOfRefund } from './refund-tax-parts.rules.ts';
import { isRefusedLongEnough, nextRefundQuestion } from './refunds.rules.ts';
import { askForRefundSoon, claimRefund, markRefused, readRefundsToAsk } from './refunds.store.ts';

/** Has providers give back what is due; none of it happens inside a transaction. */
export type AskForRefunds = {
  /** Asks for one refund, unless it is not due any more or somebody else is asking. */
  ask: (refundId: Id) => Promise<void>;
  /** Asks for every refund whose question is due: at most `AT_ONCE` at a time. */
  askDue: () => Promise<void>;
};

const DUE_AT_ONCE = 100;
const AT_ONCE = 4;
/** A refund looks at the payment, cancels, and after a refusal looks again. */
const CALLS_OF_A_REFUND = 3;

/**
 * Asks providers for refunds until they have given the money back, or refuse for good: after
 * seconds, minutes, and then each hour, however long it takes. The refund's id is its key at the
 * provider, so that a repetition after a crash or a time-out gives nothing back twice.
 */
export function createAskForRefunds(parts: {
  database: Database;
  clock: Clock;
  gateways: PaymentGateways;
  comparePayments: ComparePayments;
  news: OrderNews;
  log: Logger;
  callTimeoutMs: number;
}): AskForRefunds {
  const { database, clock, gateways, comparePayments, news, log } = parts;
  const callsMs = parts.callTimeoutMs * CALLS_OF_A_REFUND;
  // Refunds of one payment at once would each go by the same rest, and all but one be refused.
  const payments = new OneAtATime();

  return {
    ask,
    askDue: async () => {
      const due = await readRefundsToAsk(database, clock.now(), DUE_AT_ONCE);
      const next = due.values();
      const worker = async () => {
        for (const refundId of next) await ask(refundId);
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, due.length) }, worker));
    },
  };

  async function ask(refundId: Id): Promise<void> {
    const found = await findRefund(database, refundId);
    if (!found) throw new Error(`the refund ${refundId} is not there`);
    if (found.refund.state !== 'due') return;
    await payments.run(found.payment.id, () => askInTurn(refundId));
  }

  async function askInTurn(refundId: Id): Promise<void> {
    // Read again: whoever had the turn before may have changed it.
    const found = await findRefund(database, refundId);
    if (found?.refund.state !== 'due') return;
    const { refund, payment } = found;
    const unlessDone = nextRefundQuestion(refund.asks, clock.nowMs(), callsMs);
    if (!(await claimRefund(database, refund, unlessDone))) return;
    try {
      await giveBack(refund, payment);
    } catch (error) {
      return afterFailure(refund, payment, error);
    }
    await markRefunded(database, refundId, clock.now());
    news.tellChange(payment.orderId);
  }

  async function giveBack(refund: RefundRow, { provider, providerKey }: PaymentRow): Promise<void> {
    const gateway = gateways.get(provider);
    if (!gateway) throw new Error(`${provider} is not configured any more`);
    const { id: refundId, amount, reason } = refund;
    const taxParts = taxPartsOfRefund(refund);
    await gateway.refund({ providerKey, refundId, amount, taxParts, reason });
  }

  /** The next question is noted already: only a refusal for good needs anything. */
  async function afterFailure(
    refund: RefundRow,
    payment: PaymentRow,
    error: unknown,
  ): Promise<void> {
    const { id: refundId, orderId, amount, asks } = refund;
    const about = { err: error, refundId, orderId, amount, asks: asks + 1 };
    if (!isRefusal(refund, error)) {
      if (isOutage(error)) log.warn(about, 'a refund waits for its provider');
      else log.error(about, 'a refund failed and is asked for again');
      return;
    }
    // What was given back at the provider's console may be why there is not enough left.
    if (!(await comparePayments.compare(payment))) return;
    if (await markRefused(database, refund, error.code)) {
      log.error(about, 'a provider refused a refund for good: a task for staff');
      news.tellChange(orderId);
    } else {
      await askForRefundSoon(database, refundId, clock.now());
    }
  }

  function isRefusal(refund: RefundRow, error: unknown): error is RefundRefused | ProviderRefused {
    if (error instanceof RefundRefused) return true;
    return error instanceof ProviderRefused && isRefusedLongEnough(refund, clock.nowMs());
  }
}
