import {
  createTicketStore,
  claimNote,
} from '../../../src/modules/order/flash-sales/issue-tickets.ts';
import { PendingAddresses } from '../../../src/modules/order/flash-sales/pending-addresses.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import type { TestShop } from '../../support/start-shop.ts';

/**
 * A ticket as another instance stores it for a process that has died: its claim was in Redis, and
 * its address nowhere. Redis, which knows nothing of it, has to learn it from the database.
 */
export async function createIncomplete(
  { app, database }: TestShop,
  claim: { saleId: Id; memberId: Id; rank: number },
): Promise<Id> {
  const { saleId, memberId, rank } = claim;
  const store = createTicketStore({
    database,
    inTransaction: app.backbone.inTransaction,
    clock: { now: () => new Date(), nowMs: () => Date.now() },
    addresses: new PendingAddresses(),
  });
  const campaign = await store.startEpoch(saleId, 100);
  if (!campaign) throw new Error(`there is no flash sale ${saleId}`);
  const claimId = newId();
  const extra = claimNote('wallet', { key: newId(), address: '', isStored: false });
  const admission = await store.admit(saleId, campaign.epoch, [{ claimId, memberId, rank, extra }]);
  if (admission.kind !== 'admitted') throw new Error('the ticket was not stored');
  return claimId;
}
