import { batchedCall } from '../../../platform/batching/batched-call.ts';
import { groupBy } from '../../../platform/collections/group-by.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { ticketsIssued } from '../order.events.ts';
import type { PaymentMethod } from '../order.rules.ts';
import { storeAddresses } from './tickets.store.ts';

export type IncompleteTicket = {
  id: Id;
  flashSaleId: Id;
  rank: number;
  paymentMethod: PaymentMethod;
  /** JSON: whom and where it goes to. */
  address: string;
};

/** Stores the address of a ticket that came without one; resolves when that is committed. */
export type CompleteTicket = (ticket: IncompleteTicket) => Promise<void>;

const MAX_TICKETS = 500;
const PAUSE_MS = 1;

/**
 * Completes tickets that another instance has stored: it could not know their addresses. Those that
 * wait while a transaction runs share the next one.
 */
export function createCompleteTicket(parts: { inTransaction: InTransaction }): CompleteTicket {
  return batchedCall<IncompleteTicket, void>({
    maxInputs: MAX_TICKETS,
    pauseMs: PAUSE_MS,
    run: async (tickets) => {
      const bySale = groupBy(tickets, ({ flashSaleId }) => flashSaleId);
      await parts.inTransaction(async (tx) => {
        await storeAddresses(tx, tickets);
        for (const [flashSaleId, group] of bySale) {
          const lastRank = Math.max(...group.map(({ rank }) => rank));
          recordEvents(tx, ticketsIssued.of(flashSaleId, lastRank, { flashSaleId, lastRank }));
        }
      });
      return tickets.map(() => ({ ok: true, value: undefined }));
    },
  });
}
