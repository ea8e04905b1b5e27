import type { Database } from '../../../../src/platform/database/database.ts';
import type { AnswerCounts } from '../answer-counts.ts';
import { count, EVENT_FAULTS, faultsIn, type Fault } from '../ledger.ts';

const FAULTS: readonly Fault[] = [
  [
    'sales have counters that are not their tickets',
    `SELECT COUNT(*) AS times FROM order_flash_sale_counters AS n
     LEFT JOIN (
       SELECT flash_sale_id, COUNT(*) AS tickets, COUNT(DISTINCT member_id) AS members,
              COUNT(DISTINCT ticket_rank) AS ranks, MAX(ticket_rank) AS last_rank,
              SUM(state = 'admitted') AS admitted
       FROM order_flash_tickets GROUP BY flash_sale_id) AS t ON t.flash_sale_id = n.flash_sale_id
     WHERE n.issued <> COALESCE(t.tickets, 0) OR n.issued <> COALESCE(t.members, 0)
       OR n.issued <> COALESCE(t.ranks, 0) OR n.issued <> COALESCE(t.last_rank, 0)
       OR n.admitted <> COALESCE(t.admitted, 0) OR n.taken <> n.admitted OR n.sold <> 0`,
  ],
  [
    'tickets have units out of turn',
    `SELECT COUNT(*) AS times FROM order_flash_tickets AS t
     STRAIGHT_JOIN order_flash_sale_counters AS n ON n.flash_sale_id = t.flash_sale_id
     WHERE t.state <> IF(t.ticket_rank <= n.quantity, 'admitted', 'queued')`,
  ],
  [
    'tickets have no order that waits to be paid, or orders no ticket',
    `SELECT (SELECT COUNT(*) FROM order_flash_tickets AS t
             LEFT JOIN order_orders AS o ON o.id = t.order_id
             WHERE (t.state = 'admitted')
               <> COALESCE(o.state = 'payment_due' AND o.member_id = t.member_id, FALSE))
       + ABS((SELECT COUNT(*) FROM order_orders)
         - (SELECT COUNT(*) FROM order_flash_tickets WHERE state = 'admitted')) AS times`,
  ],
  [
    'sales have other units than their pools',
    `SELECT COUNT(*) AS times FROM order_flash_sale_counters AS n
     LEFT JOIN catalog_sale_pools AS p ON p.flash_sale_id = n.flash_sale_id
     WHERE NOT COALESCE(p.quantity = n.quantity AND p.held_quantity = n.taken
       AND p.sold_quantity = n.sold, FALSE)`,
  ],
  [
    'SKUs have units astray',
    `SELECT COUNT(*) AS times FROM catalog_stock AS s
     LEFT JOIN (
       SELECT e.sku_id, SUM(e.quantity) AS units FROM catalog_stock_entries AS e
       GROUP BY e.sku_id) AS received ON received.sku_id = s.sku_id
     WHERE s.open_quantity + s.held_quantity + s.sold_quantity + s.sale_pool_quantity
       <> COALESCE(received.units, 0)`,
  ],
  ...EVENT_FAULTS,
];

/** What does not add up of the flash sales of a shop at rest where nobody pays, a line each. */
export async function flashFaults(database: Database): Promise<string[]> {
  return faultsIn(database, FAULTS);
}

/** Whether there is a ticket for each 202, and no other but of those who left before their answer. */
export async function ticketAnswerFaults(
  database: Database,
  answers: AnswerCounts,
  accepted: number,
): Promise<string[]> {
  const faults: string[] = [];
  const rows = await count(database, 'SELECT COUNT(*) AS times FROM order_flash_tickets');
  const given = answers.of(202);
  const left = answers.unanswered();
  if (rows < given || rows > given + left) {
    faults.push(
      `${rows} tickets are stored, ${given} were answered with 202, ${left} with nothing`,
    );
  }
  if (accepted > given) faults.push(`${accepted} clients were told of success, ${given} by 202`);
  return faults;
}
