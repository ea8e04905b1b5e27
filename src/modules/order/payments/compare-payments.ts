import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Logger } from '../../../platform/logging/logger.ts';
import type { PaymentGateways } from '../../../platform/payment-gateway/create-payment-gateways.ts';
import type { LookedUp } from '../../../platform/payment-gateway/payment-gateway.ts';
import type { NoteGivenBack } from './note-given-back.ts';
import { nextComparison } from './payments.rules.ts';
import {
  claimComparison,
  finishComparison,
  readPaymentsToCompare,
  type PaymentRow,
} from './payments.store.ts';

export type ComparePayments = {
  /** Compares one payment with its provider's books. Returns false when the provider cannot tell. */
  compare: (payment: PaymentRow) => Promise<boolean>;
  /** Compares the payments whose time has come: a few in a round, and one or two at a time. */
  compareDue: () => Promise<void>;
};

const DUE_AT_ONCE = 20;
const AT_ONCE = 2;
/** After a comparison that could not be made, and after one whose process died. */
const AGAIN_AFTER_MS = 3_600_000;

/**
 * Compares payments with the providers' books, so that money which went back without the shop is
 * known here. Each is claimed by one instance.
 */
export function createComparePayments(parts: {
  database: Database;
  clock: Clock;
  gateways: PaymentGateways;
  noteGivenBack: NoteGivenBack;
  log: Logger;
}): ComparePayments {
  const { database, clock, gateways, noteGivenBack, log } = parts;

  return {
    compare,
    compareDue: async () => {
      const due = await readPaymentsToCompare(database, clock.now(), DUE_AT_ONCE);
      const next = due.values();
      const worker = async () => {
        for (const payment of next) await compareOnce(payment);
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, due.length) }, worker));
    },
  };

  async function compareOnce(payment: PaymentRow): Promise<void> {
    const nowMs = clock.nowMs();
    const again = new Date(nowMs + AGAIN_AFTER_MS);
    if (!(await claimComparison(database, payment, again))) return;
    if (!(await compare(payment))) return;
    const next = nextComparison(payment.createdAt.getTime(), nowMs);
    await finishComparison(database, payment.id, { claimed: again, next });
  }

  async function compare(payment: PaymentRow): Promise<boolean> {
    const found = await lookUp(payment);
    if (!found) return false;
    if (found.found === 'paid') await noteGivenBack(payment.orderId, found);
    else log.error({ orderId: payment.orderId, found }, 'a provider knows nothing of a payment');
    return true;
  }

  async function lookUp(payment: PaymentRow): Promise<LookedUp | undefined> {
    const { orderId, provider, providerKey } = payment;
    try {
      const gateway = gateways.get(provider);
      if (!gateway) throw new Error(`${provider} is not configured any more, and took money`);
      return await gateway.lookUp({ providerKey, orderId });
    } catch (error) {
      log.warn({ err: error, orderId, provider }, 'a payment cannot be compared');
      return undefined;
    }
  }
}
