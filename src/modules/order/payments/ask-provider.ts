import { impossible } from '../../../platform/errors/impossible.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Logger } from '../../../platform/logging/logger.ts';
import type { PaymentGateways } from '../../../platform/payment-gateway/create-payment-gateways.ts';
import type {
  Confirmation,
  ConfirmRequest,
  LookedUp,
  PaymentGateway,
} from '../../../platform/payment-gateway/payment-gateway.ts';
import { nextQuestion } from './payments.rules.ts';
import {
  abandonPayment,
  claimQuestion,
  findPaymentOf,
  readPaymentsToAsk,
  type PaymentRow,
} from './payments.store.ts';
import type { SettlePayment } from './settle-payment.ts';

/** The talks with providers about payments; none of them happens inside a transaction. */
export type AskProvider = {
  /** Asks for the money of an order that is `confirming`; without an answer, what became of it. */
  confirm: (orderId: Id) => Promise<void>;
  /** Asks about every payment whose question is due: at most `AT_ONCE` at a time. */
  askDue: () => Promise<void>;
};

const DUE_AT_ONCE = 100;
const AT_ONCE = 8;
/** The last question is asked until the provider answers it, whatever the answer. */
const LAST_QUESTION_EVERY_MS = 3_600_000;

export function createAskProvider(parts: {
  database: Database;
  clock: Clock;
  gateways: PaymentGateways;
  settlePayment: SettlePayment;
  log: Logger;
}): AskProvider {
  const { database, clock, gateways, settlePayment, log } = parts;

  return {
    confirm: async (orderId) => {
      const payment = await findPaymentOf(database, orderId);
      if (!payment) throw new Error(`the order ${orderId} has no payment to confirm`);
      const { providerKey, approvalToken, memberId, amount } = payment;
      const request = { providerKey, approvalToken, orderId, memberId, amount };
      const answer = await askForMoney(payment, request);
      switch (answer.outcome) {
        case 'paid':
          return settlePayment(orderId, {
            kind: 'paid',
            amount,
            refundedAmount: answer.refundedAmount,
          });
        case 'declined':
          return settlePayment(orderId, { kind: 'declined', code: answer.code });
        case 'unknown':
          return ask(payment);
        default:
          return impossible(answer);
      }
    },

    askDue: async () => {
      const due = await readPaymentsToAsk(database, clock.now(), DUE_AT_ONCE);
      const next = due.values();
      // Workers take payments from one iterator, so no more than AT_ONCE are ever asked about.
      const worker = async () => {
        for (const payment of next) await ask(payment);
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, due.length) }, worker));
    },
  };

  /** Whatever goes wrong here leaves it open whether the money was taken. */
  async function askForMoney(payment: PaymentRow, request: ConfirmRequest): Promise<Confirmation> {
    const { orderId, provider } = payment;
    try {
      return await gatewayOf(payment).confirm(request);
    } catch (error) {
      log.error({ err: error, orderId, provider }, 'the confirmation of a payment failed');
      return { outcome: 'unknown' };
    }
  }

  /** Asks what became of a payment, unless another instance is doing so. */
  async function ask(payment: PaymentRow): Promise<void> {
    const nowMs = clock.nowMs();
    // Null before it is sent: nothing can be charged yet, so nothing has to be asked again.
    const again = payment.sentAt && nextQuestion(payment.sentAt.getTime(), nowMs);
    const unlessAnswered = again === undefined ? new Date(nowMs + LAST_QUESTION_EVERY_MS) : again;
    if (!(await claimQuestion(database, payment, unlessAnswered))) return;
    const found = await lookUp(payment);
    switch (found?.found) {
      case 'paid':
        return settlePayment(payment.orderId, {
          kind: 'paid',
          amount: found.amount,
          refundedAmount: found.refundedAmount,
        });
      case 'declined':
        return settlePayment(payment.orderId, { kind: 'declined', code: found.code });
      case 'pending':
      case 'nothing':
        if (again === undefined) await abandonPayment(database, payment.id);
        return undefined;
      case undefined:
        return undefined;
      default:
        return impossible(found);
    }
  }

  /** What the provider says; undefined when it cannot be asked, and the next question has to do. */
  async function lookUp(payment: PaymentRow): Promise<LookedUp | undefined> {
    const { orderId, providerKey, provider } = payment;
    try {
      return await gatewayOf(payment).lookUp({ providerKey, orderId });
    } catch (error) {
      log.warn(
        { err: error, orderId, provider },
        'the provider cannot say what became of a payment',
      );
      return undefined;
    }
  }

  function gatewayOf({ provider }: PaymentRow): PaymentGateway {
    const gateway = gateways.get(provider);
    if (!gateway) throw new Error(`${provider} is not configured any more, and has payments open`);
    return gateway;
  }
}
