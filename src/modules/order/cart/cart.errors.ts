import { defineProblem } from '../../../platform/errors/problem.ts';
import { MAX_KRW } from '../../../platform/money/krw.ts';
import { MAX_LINES } from '../order.rules.ts';

export const cartTooExpensive = defineProblem(
  'conflict',
  'cart_too_expensive',
  `A cart costs ${MAX_KRW} KRW at the most, as an order does`,
);
export const cartFull = defineProblem(
  'conflict',
  'cart_full',
  `A cart holds ${MAX_LINES} different items at the most`,
);
