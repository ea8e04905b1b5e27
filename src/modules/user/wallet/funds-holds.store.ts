import { bulkParameter, bulkRows, hex, idsInLockOrder } from '../../../platform/database/bulk.ts';
import { insertFresh } from '../../../platform/database/sql-error.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { HoldState } from '../../../platform/holds/hold-state.ts';
import { idFromBytes, type Id } from '../../../platform/ids/id.ts';
import type { Krw } from '../../../platform/money/krw.ts';
import type { Funds } from './wallet.rules.ts';

/** What is set aside for an order, or was; `memberId` is null in a failed order's tombstone. */
export type FundsHold = { orderId: Id; memberId: Id | null; state: HoldState } & Funds;

/** Locks the holds that orders have, in the order of their ids. */
export async function lockHolds(
  tx: Transaction,
  orderIds: readonly Id[],
): Promise<Map<Id, FundsHold>> {
  const rows = await tx.select<{
    orderId: Buffer;
    memberId: Buffer | null;
    paidAmount: Krw;
    freeAmount: Krw;
    state: HoldState;
  }>(
    `SELECT h.order_id AS orderId, h.member_id AS memberId, h.paid_amount AS paidAmount,
            h.free_amount AS freeAmount, h.state
     FROM ${bulkRows('wanted', { order_id: 'id' })}
     STRAIGHT_JOIN user_funds_holds AS h ON h.order_id = UNHEX(wanted.order_id)
     FOR UPDATE`,
    [idsInLockOrder(orderIds)],
  );
  return new Map(
    rows.map((row) => {
      const orderId = idFromBytes(row.orderId);
      const memberId = row.memberId === null ? null : idFromBytes(row.memberId);
      return [orderId, { ...row, orderId, memberId }];
    }),
  );
}

export async function insertHolds(tx: Transaction, holds: readonly FundsHold[]): Promise<void> {
  await insertFresh(
    tx.write(
      `INSERT INTO user_funds_holds (order_id, member_id, paid_amount, free_amount, state)
       SELECT UNHEX(h.order_id), UNHEX(h.member_id), h.paid_amount, h.free_amount, h.state
       FROM ${bulkRows('h', {
         order_id: 'id',
         member_id: 'id',
         paid_amount: 'bigint',
         free_amount: 'bigint',
         state: 'varchar',
       })}`,
      [
        bulkParameter(
          holds.map((h) => [
            hex(h.orderId),
            h.memberId === null ? null : hex(h.memberId),
            h.paidAmount,
            h.freeAmount,
            h.state,
          ]),
        ),
      ],
    ),
  );
}

/** Moves holds on; what was set aside stays in the row, as a memory of it. */
export async function updateHolds(tx: Transaction, holds: readonly FundsHold[]): Promise<void> {
  await tx.write(
    `UPDATE ${bulkRows('changed', { order_id: 'id', state: 'varchar' })}
     STRAIGHT_JOIN user_funds_holds AS h ON h.order_id = UNHEX(changed.order_id)
     SET h.state = changed.state`,
    [bulkParameter(holds.map((h) => [hex(h.orderId), h.state]))],
  );
}
