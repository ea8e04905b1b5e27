import { defineProblem } from '../../../platform/errors/problem.ts';
import { MAX_LINES } from '../order.rules.ts';

export const cartFull = defineProblem(
  'conflict',
  'cart_full',
  `A cart holds ${MAX_LINES} different items at the most`,
);
