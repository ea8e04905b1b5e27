import { createConnection } from 'mysql2/promise';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { projectRoot } from '../../../src/platform/config/project-root.ts';
import { Database } from '../../../src/platform/database/database.ts';
import { migrateDatabase } from '../../../src/platform/database/migrate.ts';

export type FaultDatabase = { url: string; database: Database; drop: () => Promise<void> };

const TABLES = [
  // Written by the transaction that records the event: whatever is here was committed.
  `CREATE TABLE fault_ledger (
     event_id BINARY(16) PRIMARY KEY, aggregate_id BINARY(16) NOT NULL, amount INT NOT NULL,
     mood VARCHAR(10) NOT NULL, recorded_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3))`,
  // Without a unique key: an effect that happens twice shows as two rows instead of an error.
  `CREATE TABLE fault_effects (
     id BIGINT AUTO_INCREMENT PRIMARY KEY, consumer VARCHAR(20) NOT NULL, event_id BINARY(16) NOT NULL,
     applied_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), KEY (consumer, event_id))`,
  `CREATE TABLE fault_counters (
     aggregate_id BINARY(16) PRIMARY KEY, events INT NOT NULL, amount BIGINT NOT NULL)`,
  `CREATE TABLE fault_latest (
     aggregate_id BINARY(16) PRIMARY KEY, version INT NOT NULL, amount INT NOT NULL)`,
];

/** A migrated database of the fault's own, with the tables that its events write to. */
export async function createFaultDatabase(serverUrl: string): Promise<FaultDatabase> {
  // The name of any test's database: what a killed run leaves is dropped by the next one.
  const name = `seonchak_test_${randomBytes(5).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} COLLATE utf8mb4_unicode_ci`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrateDatabase(url.toString(), join(projectRoot(), 'migrations'));
  const database = Database.open(url.toString(), 4);
  for (const table of TABLES) await database.write(table);
  return {
    url: url.toString(),
    database,
    drop: async () => {
      await database.close();
      await onServer(serverUrl, `DROP DATABASE IF EXISTS ${name}`);
    },
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
