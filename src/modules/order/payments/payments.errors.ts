import { defineProblem } from '../../../platform/errors/problem.ts';

export const paymentAlreadyUsed = defineProblem(
  'conflict',
  'payment_already_used',
  'This payment pays another order',
);
export const paymentNotExpected = defineProblem(
  'conflict',
  'payment_not_expected',
  'This order does not wait for a payment',
);
export const paymentNotPrepared = defineProblem(
  'conflict',
  'payment_not_prepared',
  'The payment has not been announced to the provider yet',
);
export const refundNotRefused = defineProblem(
  'conflict',
  'refund_not_refused',
  'The provider has not refused this refund',
);
export const paymentAmountMismatch = defineProblem(
  'conflict',
  'payment_amount_mismatch',
  "The amount is not the order's",
);
