import type { OrderState } from '../../../src/modules/order/order.rules.ts';
import type { Id } from '../../../src/platform/ids/id.ts';

/** What a client was told of an order, at some time. */
export type Told = {
  orderId: Id;
  state: OrderState;
  /** Null when it has not failed, or when the answer does not say why. */
  failureCode: string | null;
  /** Null when the answer names none. */
  totalAmount: number | null;
};

/** What a client asked for, and everything that it was told about it. */
export type Placement = {
  /** The Idempotency-Key; the order's address carries it as well. */
  key: string;
  memberId: Id;
  told: Told[];
  /** How often its client has asked to cancel it, or some of it. */
  cancelRequests: number;
  /** Units that its client was told are cancelled, one by one. */
  cancelledUnits: number;
};

/** What all clients of a fault have asked for and been told: an audit compares it with the orders. */
export class Diary {
  readonly placements: Placement[] = [];

  begin(memberId: Id): Placement {
    // A number too: keys tell placements apart even among clients that ask at the same moment.
    const key = `placement ${this.placements.length} of ${memberId}`;
    const placement = { key, memberId, told: [], cancelRequests: 0, cancelledUnits: 0 };
    this.placements.push(placement);
    return placement;
  }
}
