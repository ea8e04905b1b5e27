import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { CancelOrder, CancelRequest } from './cancel-order.ts';

export type CancelForMember = (
  adminId: Id,
  request: Omit<CancelRequest, 'memberId' | 'alongside'>,
) => ReturnType<CancelOrder>;

/** Cancels any member's order, as the member would, and notes which admin did it. */
export function createCancelForMember(cancelOrder: CancelOrder): CancelForMember {
  return (adminId, request) =>
    cancelOrder({
      ...request,
      alongside: (tx) =>
        recordAudit(tx, {
          adminId,
          action: 'order.cancel',
          subjectId: request.orderId,
          detail: { lines: request.lines ?? 'all' },
        }),
    });
}
