import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { recordEvents } from '../../../platform/events/record-events.ts';
import type { InTransaction } from '../../../platform/events/transactions.ts';
import type { CampaignStore } from '../../../platform/first-come/campaign-store.ts';
import { createCampaignStore } from '../../../platform/first-come/create-campaign-store.ts';
import type { Entry } from '../../../platform/first-come/first-come.rules.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { ticketsIssued } from '../order.events.ts';
import type { PaymentMethod } from '../order.rules.ts';
import {
  addIssued,
  findClaims,
  lockCounter,
  raiseEpoch,
  readCampaign,
  readCampaigns,
  readClaims,
} from './campaigns.store.ts';
import type { PendingAddress, PendingAddresses } from './pending-addresses.ts';
import { insertTickets } from './tickets.store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a request sends along with its claim: how it is paid, and the key of its address. */
export function claimNote(paymentMethod: PaymentMethod, { key }: PendingAddress): string {
  return `${paymentMethod} ${key}`;
}

function readNote(note: string): { paymentMethod: PaymentMethod; key: Id } {
  const [paymentMethod, key = ''] = note.split(' ');
  return { paymentMethod: paymentMethod as PaymentMethod, key };
}

/**
 * The gate's way into the database: claims become tickets, in the order of their ranks. Which
 * instance stores a claim is open; the address is in the one that took the request. So a ticket is
 * stored with its address where that is at hand, and else without: join-flash-sale.ts then completes
 * it before it answers. A ticket that nobody completes was never promised to anyone; its member
 * completes it by asking again.
 */
export function createTicketStore(parts: {
  database: Database;
  inTransaction: InTransaction;
  clock: Clock;
  addresses: PendingAddresses;
}): CampaignStore {
  const { database, clock, addresses } = parts;

  return createCampaignStore(parts, {
    readCampaign,
    raiseEpoch,
    readClaims,
    findClaims,
    lockCounter,
    insertClaims: issueTickets,
    addIssued,
    readOpenCampaigns: () => {
      const nowMs = clock.nowMs();
      return readCampaigns(database, {
        endsAfter: new Date(nowMs - DAY_MS),
        opensBefore: new Date(nowMs + HOUR_MS),
      });
    },
  });

  async function issueTickets(
    tx: Transaction,
    flashSaleId: Id,
    entries: readonly Entry[],
  ): Promise<void> {
    const issued = entries.map((entry) => {
      const { paymentMethod, key } = readNote(entry.extra);
      return { entry, paymentMethod, pending: addresses.find(key) };
    });
    await insertTickets(
      tx,
      flashSaleId,
      issued.map(({ entry: { claimId, memberId, rank }, paymentMethod, pending }) => {
        return { id: claimId, memberId, rank, paymentMethod, address: pending?.address ?? '' };
      }),
    );
    const last = issued.findLast(({ pending }) => pending);
    // Those without an address cannot be admitted yet: whoever completes them tells of them.
    if (!last) return;
    const payload = { flashSaleId, lastRank: last.entry.rank };
    recordEvents(tx, ticketsIssued.of(flashSaleId, last.entry.rank, payload));
    tx.afterCommit(() => {
      for (const { pending } of issued) {
        if (pending) pending.isStored = true;
      }
    });
  }
}
