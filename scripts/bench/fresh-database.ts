import { createConnection } from 'mysql2/promise';

/** An empty database: what earlier runs left must not count, nor be of an older schema. */
export async function freshDatabase(serverUrl: string): Promise<string> {
  const connection = await createConnection({ uri: serverUrl });
  try {
    await connection.query('DROP DATABASE IF EXISTS seonchak_bench');
    await connection.query('CREATE DATABASE seonchak_bench COLLATE utf8mb4_unicode_ci');
  } finally {
    await connection.end();
  }
  const url = new URL(serverUrl);
  url.pathname = '/seonchak_bench';
  return url.toString();
}
