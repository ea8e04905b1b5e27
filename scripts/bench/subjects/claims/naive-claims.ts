import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise';
import { idToBytes, newId, type Id } from '../../../../src/platform/ids/id.ts';
import type { StartSubject } from '../../subject.ts';
import { CLAIMANTS, claimMessages } from '../claimants.ts';
import { listenLocally, plainFastify, withTokenCheck } from '../fastify-floor.ts';

const CONNECTIONS = 64;

/** As wide as the shop's own rows, with the same keys but those that serve other work. */
const TABLES = [
  `CREATE TABLE bench_coupons (
     id BINARY(16) PRIMARY KEY, quantity INT NOT NULL, issued INT NOT NULL DEFAULT 0)`,
  `CREATE TABLE bench_member_coupons (
     id BINARY(16) PRIMARY KEY, coupon_id BINARY(16) NOT NULL, member_id BINARY(16) NOT NULL,
     claim_rank INT NOT NULL, state VARCHAR(8) NOT NULL, expires_at DATETIME(3) NOT NULL,
     issued_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
     UNIQUE KEY bench_member_coupons_once (member_id, coupon_id))`,
];

const DAY_MS = 86_400_000;

/**
 * The usual way to give out coupons, for comparison: lock the coupon's row, see whether one is left,
 * insert, count, commit. The row has a counter; COUNT(*) instead would cost more with every claim.
 */
export function startNaiveClaims({ members = CLAIMANTS } = {}): StartSubject {
  return async ({ databaseUrl }) => {
    const pool = createPool({ uri: databaseUrl, connectionLimit: CONNECTIONS });
    for (const table of TABLES) await pool.query(table);
    const server = plainFastify();
    await withTokenCheck(server);
    server.post<{ Params: { couponId: Id } }>('/:couponId/claims', async (request, reply) => {
      const { sub: memberId } = request.user;
      const claimed = await claim(pool, request.params.couponId, memberId);
      return claimed ? reply.code(201).send(claimed) : reply.code(409).send({ code: 'sold_out' });
    });
    const url = await listenLocally(server);
    return {
      url,
      request: {
        method: 'POST',
        path: '/',
        messages: claimMessages(server, members),
        isSentOnce: true,
      },
      beginRound: async () => ({ request: `/${await offerCoupon(pool, members)}/claims` }),
      isExact: ({ accepted }) => addsUp(pool, accepted),
      stop: async () => {
        await server.close();
        await pool.end();
      },
    };
  };
}

async function offerCoupon(pool: Pool, quantity: number): Promise<Id> {
  const id = newId();
  await pool.execute('INSERT INTO bench_coupons (id, quantity) VALUES (?, ?)', [
    idToBytes(id),
    quantity,
  ]);
  return id;
}

/** Undefined when none is left. */
async function claim(pool: Pool, couponId: Id, memberId: Id) {
  const connection = await pool.getConnection();
  const coupon = idToBytes(couponId);
  try {
    await connection.beginTransaction();
    const [rows] = await connection.execute<RowDataPacket[]>(
      'SELECT quantity, issued FROM bench_coupons WHERE id = ? FOR UPDATE',
      [coupon],
    );
    const issued = Number(rows[0]?.issued);
    if (issued >= Number(rows[0]?.quantity)) {
      await connection.rollback();
      return undefined;
    }
    const id = newId();
    const rank = issued + 1;
    await connection.execute(
      `INSERT INTO bench_member_coupons (id, coupon_id, member_id, claim_rank, state, expires_at)
       VALUES (?, ?, ?, ?, 'issued', ?)`,
      [idToBytes(id), coupon, idToBytes(memberId), rank, new Date(Date.now() + 30 * DAY_MS)],
    );
    await connection.execute('UPDATE bench_coupons SET issued = issued + 1 WHERE id = ?', [coupon]);
    await connection.commit();
    return { memberCouponId: id, couponId, rank, state: 'issued' };
  } catch (error) {
    await connection.rollback();
    throw error;
  } finally {
    connection.release();
  }
}

async function addsUp(pool: Pool, accepted: number): Promise<boolean> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT (SELECT COUNT(*) FROM bench_member_coupons) AS claims,
            (SELECT SUM(issued) FROM bench_coupons) AS issued`,
  );
  const claims = Number(rows[0]?.claims);
  return claims >= accepted && claims === Number(rows[0]?.issued);
}
