import { defineProblem } from '../../../platform/errors/problem.ts';

export const flashSaleSoldOut = defineProblem(
  'conflict',
  'flash_sale_sold_out',
  'All units are sold, or the line behind them is full',
);
export const flashSaleAlreadyJoined = defineProblem(
  'conflict',
  'flash_sale_already_joined',
  'You have a ticket of this flash sale already',
);
export const flashSaleNotOpen = defineProblem(
  'conflict',
  'flash_sale_not_open',
  'This flash sale has not begun yet',
);
export const flashSaleClosed = defineProblem(
  'conflict',
  'flash_sale_closed',
  'This flash sale is over',
);
export const flashSalePaused = defineProblem(
  'conflict',
  'flash_sale_paused',
  'This flash sale is paused',
);
export const flashSaleStateConflict = defineProblem(
  'conflict',
  'flash_sale_state_conflict',
  'The flash sale is not in a state in which this can be done',
);
export const ticketPending = defineProblem(
  'unavailable',
  'flash_sale_ticket_pending',
  'Your place is kept but not stored yet: send the request again',
);
