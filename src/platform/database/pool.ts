import { createPool, type Pool, type PoolOptions } from 'mysql2/promise';
import { pipelineStatements } from './pipeline.ts';

export type { Pool };

/**
 * Set on every new connection. READ COMMITTED because gap locks of REPEATABLE READ (MySQL's default)
 * block inserts beside FOR UPDATE SKIP LOCKED; the rest so that both servers behave alike.
 */
const SESSION_SETUP = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
   time_zone = '+00:00', innodb_lock_wait_timeout = 5`,
];

/** That each connection keeps at the most. */
export const MAX_PREPARED_STATEMENTS = 256;

/**
 * On connections of their own, transactions begin by themselves with their first statement: that
 * spares the round trip of START TRANSACTION, one of the four of a small transaction.
 */
const TRANSACTION_SETUP = [...SESSION_SETUP, 'SET SESSION autocommit = 0'];

/**
 * @param connections at the most; further callers wait for one in order of arrival
 * @param use statements that commit by themselves, or transactions that end with COMMIT or ROLLBACK
 */
export function openPool(
  url: string,
  connections: number,
  use: 'statements' | 'transactions',
): Pool {
  const options: PoolOptions = {
    uri: url,
    connectionLimit: connections,
    maxIdle: connections,
    charset: 'utf8mb4_unicode_ci',
    timezone: 'Z',
    decimalNumbers: true,
    connectTimeout: 10_000,
    // The driver would note the stack of every statement's caller, a twentieth of a busy shop's time.
    trace: false,
    // Prepared statements live as long as their connection; this bounds how many each may hold.
    maxPreparedStatements: MAX_PREPARED_STATEMENTS,
  };
  const pool = createPool(options);
  // The driver runs a connection's commands in order, so these precede whatever the borrower sends.
  pool.pool.on('connection', (connection) => {
    for (const statement of use === 'transactions' ? TRANSACTION_SETUP : SESSION_SETUP) {
      connection.query(statement, (error) => {
        // A connection without its settings would decide by other rules: drop it.
        if (error) connection.destroy();
      });
    }
    if (use === 'transactions') pipelineStatements(connection);
  });
  return pool;
}
