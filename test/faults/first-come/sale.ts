import assert from 'node:assert/strict';
import type { PaymentMethod } from '../../../src/modules/order/order.rules.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import { idFromBytes, idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { ADDRESS } from '../../support/factories.ts';
import type { OrderDesk } from '../support/shop-front.ts';
import { WrongAnswer } from '../support/shop-orders.ts';
import type { Member } from './members.ts';

export type SalePlan = {
  skuId: Id;
  /** Of a unit, in KRW. */
  price: number;
  quantity: number;
  paymentWindowSeconds: number;
};

/** The place in line that a member was told to have; null when the answer did not name the rank. */
export type ToldTicket = { memberId: Id; ticketId: Id; rank: number | null };

const HOUR_MS = 3_600_000;
const OPEN_WITHIN_MS = 300_000;

/** Plans a flash sale that begins now, and waits until its units are set aside. */
export async function openSale(desk: OrderDesk, token: string, plan: SalePlan): Promise<Id> {
  const now = Date.now();
  const [opensAt, closesAt] = [new Date(now - 1000), new Date(now + HOUR_MS)];
  const body = { ...plan, opensAt: opensAt.toISOString(), closesAt: closesAt.toISOString() };
  const created = await desk.post('/admin/flash-sales', { token, body });
  if (created.status !== 201) throw new WrongAnswer('a new flash sale', created);
  const { id } = created.body;
  await eventually(async () => {
    assert.equal((await showSale(desk, token, id)).state, 'open');
  }, OPEN_WITHIN_MS);
  return id;
}

/** The sale as admins see it. */
export async function showSale(desk: OrderDesk, token: string, saleId: Id) {
  const answer = await desk.get(`/admin/flash-sales/${saleId}`, { token });
  if (answer.status !== 200) throw new WrongAnswer('a look at a flash sale', answer);
  return answer.body;
}

export async function closeSale(desk: OrderDesk, token: string, saleId: Id): Promise<void> {
  const answer = await desk.post(`/admin/flash-sales/${saleId}/close`, { token });
  if (answer.status >= 300) throw new WrongAnswer('the end of a flash sale', answer);
}

/** @returns the member's ticket, or that the line is full or all is sold */
export async function joinSale(
  desk: OrderDesk,
  saleId: Id,
  { id: memberId, token }: Member,
  paymentMethod: PaymentMethod,
): Promise<ToldTicket | 'sold_out'> {
  const answer = await desk.post(`/flash-sales/${saleId}/orders`, {
    token,
    body: { paymentMethod, address: ADDRESS },
  });
  const { status, body } = answer;
  if (status === 202) return { memberId, ticketId: body.ticketId, rank: body.rank };
  if (body.code === 'flash_sale_already_joined') {
    return { memberId, ticketId: body.ticketId, rank: null };
  }
  if (body.code === 'flash_sale_sold_out') return 'sold_out';
  throw new WrongAnswer('a request to join a flash sale', answer);
}

/** What members were told of tickets, and is not so. */
export async function findTicketLies(
  database: Database,
  saleId: Id,
  told: readonly ToldTicket[],
): Promise<ToldTicket[]> {
  const rows = await database.select<{ id: Buffer; memberId: Buffer; rank: number }>(
    `SELECT id, member_id AS memberId, ticket_rank AS \`rank\` FROM order_flash_tickets
     WHERE flash_sale_id = ?`,
    [idToBytes(saleId)],
  );
  const tickets = new Map(
    rows.map(({ id, memberId, rank }) => [
      idFromBytes(memberId),
      { ticketId: idFromBytes(id), rank },
    ]),
  );
  return told.filter(({ memberId, ticketId, rank }) => {
    const ticket = tickets.get(memberId);
    return ticket?.ticketId !== ticketId || (rank ?? ticket.rank) !== ticket.rank;
  });
}
