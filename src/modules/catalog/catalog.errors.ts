import { defineProblem } from '../../platform/errors/problem.ts';

export const nameTaken = defineProblem('conflict', 'name_taken', 'This name is in use');
export const stockTooLow = defineProblem(
  'conflict',
  'stock_too_low',
  'Fewer units are open than would be taken out',
);
export const stockTooHigh = defineProblem(
  'conflict',
  'stock_too_high',
  'The SKU would have more units, sold ones included, than can be counted',
);
export const versionConflict = defineProblem(
  'conflict',
  'version_conflict',
  'The product was changed by someone else',
);
