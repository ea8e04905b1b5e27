import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { hotStatement } from '../../../platform/database/hot-statements.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { compareIds, idFromBytes, idToBytes, type Id } from '../../../platform/ids/id.ts';
import type { PaymentMethod } from '../order.rules.ts';
import type { TicketState } from './flash-sales.rules.ts';

export type NewTicket = {
  id: Id;
  memberId: Id;
  rank: number;
  paymentMethod: PaymentMethod;
  /** JSON; empty when the process that has it stores it later. */
  address: string;
};

const INSERT_TICKETS = hotStatement(`
  INSERT INTO order_flash_tickets
    (id, flash_sale_id, member_id, ticket_rank, state, order_id, payment_method, address)
  SELECT UNHEX(t.id), c.flash_sale_id, UNHEX(t.member_id), t.ticket_rank,
         IF(c.state IN ('ending', 'ended'), 'closed', 'queued'), NULL, t.payment_method, t.address
  FROM ${bulkRows('t', {
    id: 'id',
    member_id: 'id',
    ticket_rank: 'bigint',
    payment_method: 'varchar',
    address: 'text',
  })}
  STRAIGHT_JOIN order_flash_sale_counters AS c FORCE INDEX (PRIMARY) ON c.flash_sale_id = ?`);

/**
 * Inserts tickets of a sale that is locked: at the end of its line, or closed where the line is.
 * A member who has one already is a duplicate key.
 */
export async function insertTickets(
  tx: Transaction,
  flashSaleId: Id,
  tickets: readonly NewTicket[],
): Promise<void> {
  await tx.write(INSERT_TICKETS, [
    bulkParameter(
      tickets.map((t) => [hex(t.id), hex(t.memberId), t.rank, t.paymentMethod, t.address]),
    ),
    idToBytes(flashSaleId),
  ]);
}

const STORE_ADDRESSES = hotStatement(`
  UPDATE ${bulkRows('given', { id: 'id', payment_method: 'varchar', address: 'text' })}
  STRAIGHT_JOIN order_flash_tickets AS t FORCE INDEX (PRIMARY) ON t.id = UNHEX(given.id)
  SET t.payment_method = given.payment_method, t.address = given.address
  WHERE t.address = '' AND t.state = 'queued'`);

/** Stores what tickets in line came without; one that is there already stays. */
export async function storeAddresses(
  tx: Transaction,
  tickets: readonly Pick<NewTicket, 'id' | 'paymentMethod' | 'address'>[],
): Promise<void> {
  await tx.write(STORE_ADDRESSES, [
    bulkParameter(inLockOrder(tickets).map((t) => [hex(t.id), t.paymentMethod, t.address])),
  ]);
}

/** Addresses come without the sale's lock: tickets are locked in one order by all. */
function inLockOrder<Ticket extends { id: Id }>(tickets: readonly Ticket[]): Ticket[] {
  return tickets.toSorted((a, b) => compareIds(a.id, b.id));
}

export type QueuedTicket = NewTicket & { createdAt: Date };

const LINE = (limit: 20 | 1000) =>
  `SELECT id, member_id AS memberId, ticket_rank AS ticketRank, payment_method AS paymentMethod,
          address, created_at AS createdAt
   FROM order_flash_tickets FORCE INDEX (order_flash_tickets_line)
   WHERE flash_sale_id = ? AND state = 'queued' AND ticket_rank > ?
   ORDER BY ticket_rank LIMIT ${limit}`;
const FEW = LINE(20);
const MANY = LINE(1000);

/** The first in line behind a rank, whose sale is locked: at least `wanted`, if there are so many. */
export async function readLine(
  tx: Transaction,
  flashSaleId: Id,
  afterRank: number,
  wanted: number,
): Promise<QueuedTicket[]> {
  const rows = await tx.select<
    Omit<QueuedTicket, 'id' | 'memberId' | 'rank'> & {
      id: Buffer;
      memberId: Buffer;
      ticketRank: number;
    }
  >(wanted > 20 ? MANY : FEW, [idToBytes(flashSaleId), afterRank]);
  return rows.map(({ ticketRank, ...row }) => ({
    ...row,
    id: idFromBytes(row.id),
    memberId: idFromBytes(row.memberId),
    rank: ticketRank,
  }));
}

const MARK_ADMITTED = hotStatement(`
  UPDATE ${bulkRows('admitted', { id: 'id', order_id: 'id' })}
  STRAIGHT_JOIN order_flash_tickets AS t FORCE INDEX (PRIMARY) ON t.id = UNHEX(admitted.id)
  SET t.state = 'admitted', t.order_id = UNHEX(admitted.order_id), t.address = ''`);

/** Gives tickets their orders, which have the address from now on. */
export async function markAdmitted(
  tx: Transaction,
  admitted: readonly { id: Id; orderId: Id }[],
): Promise<void> {
  await tx.write(MARK_ADMITTED, [
    bulkParameter(inLockOrder(admitted).map(({ id, orderId }) => [hex(id), hex(orderId)])),
  ]);
}

export type OrderedTicket = { id: Id; state: TicketState };

const FIND_TICKETS_OF_ORDERS = hotStatement(`
  SELECT o.id AS orderId, t.id, t.state
  FROM ${bulkRows('wanted', { id: 'id' })}
  STRAIGHT_JOIN order_orders AS o FORCE INDEX (PRIMARY) ON o.id = UNHEX(wanted.id)
  STRAIGHT_JOIN order_flash_tickets AS t FORCE INDEX (order_flash_tickets_once)
    ON t.flash_sale_id = o.flash_sale_id AND t.member_id = o.member_id`);

/** The tickets that orders were made of, by order; their sales are locked. */
export async function findTicketsOfOrders(
  tx: Transaction,
  orderIds: readonly Id[],
): Promise<Map<Id, OrderedTicket>> {
  const rows = await tx.select<{ orderId: Buffer; id: Buffer; state: TicketState }>(
    FIND_TICKETS_OF_ORDERS,
    [bulkParameter(orderIds.map((id) => [hex(id)]))],
  );
  return new Map(
    rows.map(({ orderId, id, state }) => [idFromBytes(orderId), { id: idFromBytes(id), state }]),
  );
}

const UPDATE_TICKETS = hotStatement(`
  UPDATE ${bulkRows('changed', { id: 'id', state: 'varchar' })}
  STRAIGHT_JOIN order_flash_tickets AS t FORCE INDEX (PRIMARY) ON t.id = UNHEX(changed.id)
  SET t.state = changed.state`);

/** Moves tickets on whose sales are locked. */
export async function updateTickets(
  tx: Transaction,
  tickets: readonly OrderedTicket[],
): Promise<void> {
  await tx.write(UPDATE_TICKETS, [
    bulkParameter(inLockOrder(tickets).map(({ id, state }) => [hex(id), state])),
  ]);
}

export const CLOSED_AT_ONCE = 2000;

const CLOSE_LINE = hotStatement(`
  UPDATE ${bulkRows('closed', { id: 'id' })}
  STRAIGHT_JOIN order_flash_tickets AS t FORCE INDEX (PRIMARY) ON t.id = UNHEX(closed.id)
  SET t.state = 'closed', t.address = ''`);

/**
 * Sends home those at the head of a line whose sale is locked, CLOSED_AT_ONCE at the most; their
 * addresses are of no more use. An UPDATE with a LIMIT would sort the whole line each time, since it
 * changes the index that it would go along. @returns whose tickets were closed
 */
export async function closeLine(tx: Transaction, flashSaleId: Id): Promise<Id[]> {
  const rows = await tx.select<{ id: Buffer }>(
    `SELECT id FROM order_flash_tickets FORCE INDEX (order_flash_tickets_line)
     WHERE flash_sale_id = ? AND state = 'queued' ORDER BY ticket_rank LIMIT ${CLOSED_AT_ONCE}`,
    [idToBytes(flashSaleId)],
  );
  const ids = rows.map((row) => idFromBytes(row.id));
  if (ids.length === 0) return ids;
  await tx.write(CLOSE_LINE, [idsInLockOrder(ids)]);
  return ids;
}

export type FoundTicket = {
  id: Id;
  flashSaleId: Id;
  rank: number;
  state: TicketState;
  orderId: Id | null;
  /** Whether the request that it came from has arrived as a whole. */
  isComplete: boolean;
};

/** A member's own ticket. */
export async function findTicket(
  database: Database,
  id: Id,
  memberId: Id,
): Promise<FoundTicket | undefined> {
  const [row] = await database.select<{
    flashSaleId: Buffer;
    rank: number;
    state: TicketState;
    orderId: Buffer | null;
    isComplete: number;
  }>(
    `SELECT flash_sale_id AS flashSaleId, ticket_rank AS \`rank\`, state, order_id AS orderId,
            state <> 'queued' OR address <> '' AS isComplete
     FROM order_flash_tickets WHERE id = ? AND member_id = ?`,
    [idToBytes(id), idToBytes(memberId)],
  );
  return (
    row && {
      ...row,
      id,
      flashSaleId: idFromBytes(row.flashSaleId),
      orderId: row.orderId && idFromBytes(row.orderId),
      isComplete: row.isComplete === 1,
    }
  );
}
