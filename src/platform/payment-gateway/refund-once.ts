import { ProviderRefused, RefundRefused } from './payment-errors.ts';

/**
 * Gives money back once, however often it is called: the payment's own record is looked at before
 * anything is sent, and again before a refusal is believed, as an earlier call, or another one at the
 * same time, may have been the one that did it.
 * @param steps.cancel must fail when the payment has changed since it was looked at
 */
export async function refundOnce<Payment>(steps: {
  look: () => Promise<Payment>;
  isDone: (payment: Payment) => boolean;
  cancel: (payment: Payment) => Promise<void>;
  isFinal: (refusal: ProviderRefused) => boolean;
}): Promise<void> {
  const payment = await steps.look();
  if (steps.isDone(payment)) return;
  try {
    await steps.cancel(payment);
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    if (steps.isDone(await steps.look())) return;
    throw steps.isFinal(error) ? new RefundRefused(error) : error;
  }
}
