import { expect } from 'vitest';
import type { Database } from '../../src/platform/database/database.ts';

type Sums = Record<string, number>;

/**
 * Flash sales: tickets have the ranks from 1 on; the sale's counters say what became of them; its pool
 * says the same of its units, which add up with those that went back; and an ended sale has none left.
 */
export async function auditFlashSales(database: Database): Promise<void> {
  const counters = await database.select<Sums>(
    `SELECT c.issued, COUNT(t.id) AS tickets, COUNT(DISTINCT t.ticket_rank) AS ranks,
            COALESCE(MAX(t.ticket_rank), 0) AS lastRank,
            c.admitted, COUNT(t.order_id) AS withOrder,
            c.taken, COALESCE(SUM(t.state = 'admitted'), 0) AS underWay,
            c.sold, COALESCE(SUM(t.state = 'paid'), 0) AS paid
     FROM order_flash_sale_counters AS c
     LEFT JOIN order_flash_tickets AS t ON t.flash_sale_id = c.flash_sale_id
     GROUP BY c.flash_sale_id, c.issued, c.admitted, c.taken, c.sold`,
  );
  const miscounted = counters.filter(
    (row) =>
      row.issued !== row.tickets ||
      row.issued !== row.ranks ||
      row.issued !== row.lastRank ||
      row.admitted !== row.withOrder ||
      row.taken !== row.underWay ||
      row.sold !== row.paid,
  );
  expect(miscounted).toEqual([]);

  const pools = await database.select<Sums>(
    `SELECT c.quantity, p.quantity AS units, c.sold, p.sold_quantity AS soldUnits,
            p.held_quantity AS held, c.taken, COALESCE(h.held, 0) AS heldByOrders,
            COALESCE(h.sold, 0) AS soldToOrders, p.open_quantity AS open, p.is_over AS isOver,
            c.returned, p.returned_quantity AS returnedUnits, c.state = 'ended' AS isEnded
     FROM catalog_sale_pools AS p
     JOIN order_flash_sale_counters AS c ON c.flash_sale_id = p.flash_sale_id
     LEFT JOIN (
       SELECT held.flash_sale_id,
              SUM(IF(held.state = 'held', line.quantity - line.cancelled, 0)) AS held,
              SUM(IF(held.state = 'committed', line.quantity - line.cancelled, 0)) AS sold
       FROM catalog_stock_holds AS held
       JOIN JSON_TABLE(held.\`lines\`, '$[*]' COLUMNS (
         quantity INT PATH '$[1]', cancelled INT PATH '$[2]' DEFAULT '0' ON EMPTY)) AS line
       GROUP BY held.flash_sale_id
     ) AS h ON h.flash_sale_id = p.flash_sale_id
     WHERE c.state <> 'opening'`,
  );
  const astray = pools.filter(
    (row) =>
      row.quantity !== row.units ||
      row.sold !== row.soldUnits ||
      row.soldUnits !== row.soldToOrders ||
      row.held !== row.heldByOrders ||
      row.held !== row.taken ||
      (row.isEnded === 1 &&
        (row.isOver !== 1 ||
          row.open !== 0 ||
          row.taken !== 0 ||
          row.returned !== row.returnedUnits ||
          row.sold! + row.returned! !== row.quantity)),
  );
  expect(astray).toEqual([]);

  const stock = await database.select<Sums>(
    `SELECT s.sale_pool_quantity AS pooled, COALESCE(SUM(p.open_quantity), 0) AS inPools
     FROM catalog_stock AS s LEFT JOIN catalog_sale_pools AS p ON p.sku_id = s.sku_id
     GROUP BY s.sku_id, s.sale_pool_quantity`,
  );
  expect(stock.filter((row) => row.pooled !== row.inPools)).toEqual([]);
}
