import { createConnection } from 'mysql2/promise';
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

export type TestDatabase = {
  url: string;
  drop: () => Promise<void>;
};

/** A database of the test file's own, empty. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('databaseUrl');
  const name = `seonchak_test_${randomBytes(5).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} COLLATE utf8mb4_unicode_ci`);
  return {
    url: withDatabase(serverUrl, name),
    drop: () => onServer(serverUrl, `DROP DATABASE IF EXISTS ${name}`),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const connection = await createConnection({ uri: url });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}
