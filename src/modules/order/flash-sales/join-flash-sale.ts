import { impossible } from '../../../platform/errors/impossible.ts';
import type { Database } from '../../../platform/database/database.ts';
import { followingChange } from '../../../platform/database/following-change.ts';
import { notFound } from '../../../platform/errors/problem.ts';
import type { FirstComeGate } from '../../../platform/first-come/first-come.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { paymentMethodUnavailable } from '../order.errors.ts';
import type { PaymentMethod } from '../order.rules.ts';
import type { Address } from '../placing/draft-order.ts';
import type { CompleteTicket } from './complete-tickets.ts';
import {
  flashSaleAlreadyJoined,
  flashSaleClosed,
  flashSaleNotOpen,
  flashSalePaused,
  flashSaleSoldOut,
  ticketPending,
} from './flash-sales.errors.ts';
import { realOpening } from './gate-terms.rules.ts';
import { claimNote } from './issue-tickets.ts';
import type { PendingAddress, PendingAddresses } from './pending-addresses.ts';
import type { RefuseSmallPayments } from './refuse-small-payments.ts';
import { findTicket } from './tickets.store.ts';

export type Join = {
  memberId: Id;
  flashSaleId: Id;
  paymentMethod: PaymentMethod;
  address: Address;
};

/** A place in a flash sale: stored, committed, with everything that its order needs. */
export type Joined = { ticketId: Id; rank: number };

export type JoinFlashSale = (join: Join) => Promise<Joined>;

/**
 * Gives a member a ticket of a flash sale, first come, first served. A request that failed on the way
 * can be sent again: the member keeps the place. Throws `not_found`, `flash_sale_sold_out`, `flash_sale_already_joined`
 * (with `ticketId`), `flash_sale_not_open` (with `opensAt`), `flash_sale_closed`,
 * `flash_sale_paused`, `payment_method_unavailable`, `amount_below_minimum`,
 * `flash_sale_ticket_pending` when storing it takes long, `first_come_unavailable` while Redis is away.
 */
export function createJoinFlashSale(parts: {
  database: Database;
  gate: FirstComeGate;
  addresses: PendingAddresses;
  completeTicket: CompleteTicket;
  /** Whether the shop takes money in this way. */
  accepts: (method: PaymentMethod) => boolean;
  refuseSmallPayments: RefuseSmallPayments;
}): JoinFlashSale {
  const { database, gate, addresses, completeTicket, accepts, refuseSmallPayments } = parts;

  return async function joinFlashSale(join) {
    if (!accepts(join.paymentMethod)) throw paymentMethodUnavailable();
    // Before a place is taken: nobody else could have it.
    await refuseSmallPayments(join.flashSaleId, join.paymentMethod);
    return addresses.during(JSON.stringify(join.address), (pending) => enter(join, pending));
  };

  async function enter(join: Join, pending: PendingAddress): Promise<Joined> {
    const { memberId, flashSaleId, paymentMethod } = join;
    const entered = await gate.enter(flashSaleId, memberId, claimNote(paymentMethod, pending));
    switch (entered.state) {
      case 'issued': {
        const joined = { ticketId: entered.claimId, rank: entered.rank };
        // Another instance stored it, or it had been stored before its request was repeated here.
        if (!pending.isStored) await complete(join, joined, pending);
        return joined;
      }
      case 'already':
        return joinAgain(join, { ticketId: entered.claimId, rank: entered.rank }, pending);
      case 'pending':
        throw ticketPending();
      case 'sold_out':
        throw flashSaleSoldOut();
      case 'not_open': {
        const opensAt = realOpening(entered.opensAt).toISOString();
        throw flashSaleNotOpen(undefined, { opensAt });
      }
      case 'closed':
        throw flashSaleClosed();
      case 'paused':
        throw flashSalePaused();
      case 'unknown':
        throw notFound('There is no such flash sale');
      default:
        return impossible(entered);
    }
  }

  /** A ticket without an address was promised to nobody: the request that was lost comes again. */
  async function joinAgain(join: Join, joined: Joined, pending: PendingAddress): Promise<Joined> {
    const { ticketId } = joined;
    const ticket = await findTicket(database, ticketId, join.memberId);
    if (!ticket || ticket.isComplete) throw flashSaleAlreadyJoined(undefined, { ticketId });
    await complete(join, joined, pending);
    return joined;
  }

  function complete(
    { flashSaleId, paymentMethod }: Join,
    { ticketId, rank }: Joined,
    { address }: PendingAddress,
  ): Promise<void> {
    const ticket = { id: ticketId, flashSaleId, rank, paymentMethod, address };
    return followingChange(() => completeTicket(ticket), ticketId);
  }
}
