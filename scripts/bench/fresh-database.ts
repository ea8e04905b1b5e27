import { createConnection } from 'mysql2/promise';

/** A database for the time of some work: empty before, gone after, so that no run feels another. */
export async function withFreshDatabase<T>(
  serverUrl: string,
  name: string,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  await run(serverUrl, `DROP DATABASE IF EXISTS ${name}`);
  await run(serverUrl, `CREATE DATABASE ${name} COLLATE utf8mb4_unicode_ci`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  try {
    return await work(url.toString());
  } finally {
    await run(serverUrl, `DROP DATABASE ${name}`);
  }
}

async function run(serverUrl: string, statement: string): Promise<void> {
  const connection = await createConnection({ uri: serverUrl });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
