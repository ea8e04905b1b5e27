import { createPool, type Pool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { batchedCall } from '../../../src/platform/batching/batched-call.ts';
import { idToBytes, idToHex, newId } from '../../../src/platform/ids/id.ts';
import type { StartSubject } from '../subject.ts';
import { listenLocally, plainFastify, smallPost, withTokenCheck } from './fastify-floor.ts';

const CONNECTIONS = 64;
const ROWS_AT_ONCE = 512;

type Body = { note: string; amount: number };

async function freshTable(databaseUrl: string, table: string): Promise<Pool> {
  const pool = createPool({ uri: databaseUrl, connectionLimit: CONNECTIONS });
  await pool.query(
    `CREATE TABLE ${table} (
       id BINARY(16) PRIMARY KEY, note VARCHAR(100) NOT NULL, amount BIGINT NOT NULL,
       created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3))`,
  );
  return pool;
}

async function countRows(pool: Pool, table: string): Promise<number> {
  const [rows] = await pool.query<RowDataPacket[]>(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(rows[0]?.n);
}

/** Fastify behind a token that inserts a small row for an answer: one prepared autocommit INSERT. */
export const startAutocommitInsert: StartSubject = async ({ databaseUrl }) => {
  const table = 'bench_single_rows';
  const pool = await freshTable(databaseUrl, table);
  const server = plainFastify();
  const token = await withTokenCheck(server);
  server.post<{ Body: Body }>('/', async ({ body }) => {
    const id = newId();
    await pool.execute<ResultSetHeader>(
      `INSERT INTO ${table} (id, note, amount) VALUES (?, ?, ?)`,
      [idToBytes(id), body.note, body.amount],
    );
    return { id };
  });
  const url = await listenLocally(server);
  return {
    url,
    request: smallPost('/', token),
    isExact: async ({ accepted }) => (await countRows(pool, table)) >= accepted,
    stop: async () => {
      await server.close();
      await pool.end();
    },
  };
};

/** The same rows, those of concurrent requests in one INSERT, answered after its commit. */
export const startBatchedInsert: StartSubject = async ({ databaseUrl }) => {
  const table = 'bench_batched_rows';
  const pool = await freshTable(databaseUrl, table);
  const insert = batchedCall<[id: string, note: string, amount: number], void>({
    maxInputs: ROWS_AT_ONCE,
    pauseMs: 0,
    run: async (rows) => {
      await pool.execute<ResultSetHeader>(
        `INSERT INTO ${table} (id, note, amount)
         SELECT UNHEX(r.id), r.note, r.amount FROM JSON_TABLE(?, '$[*]' COLUMNS (
           id CHAR(32) PATH '$[0]', note VARCHAR(100) PATH '$[1]', amount BIGINT PATH '$[2]')) AS r`,
        [JSON.stringify(rows)],
      );
      return rows.map(() => ({ ok: true, value: undefined }));
    },
  });
  const server = plainFastify();
  const token = await withTokenCheck(server);
  server.post<{ Body: Body }>('/', async ({ body }) => {
    const id = newId();
    await insert([idToHex(id), body.note, body.amount]);
    return { id };
  });
  const url = await listenLocally(server);
  return {
    url,
    request: smallPost('/', token),
    isExact: async ({ accepted }) => (await countRows(pool, table)) >= accepted,
    stop: async () => {
      await server.close();
      await pool.end();
    },
  };
};
