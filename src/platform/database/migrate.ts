import { drizzle } from 'drizzle-orm/mysql2';
import { migrate } from 'drizzle-orm/mysql2/migrator';
import { createConnection } from 'mysql2/promise';

/** Locks are the server's, not the database's: the name tells two shops on one server apart. */
const LOCK_NAME = "LEFT(CONCAT('seonchak migrates ', DATABASE()), 64)";
const LOCK_WAIT_SECONDS = 120;

/**
 * Brings the database up to the newest migration. Two instances that start at once take turns: DDL
 * does not roll back, and running a step twice would fail half-way.
 * @param folder holds drizzle-kit's SQL files and their journal
 */
export async function migrateDatabase(url: string, folder: string): Promise<void> {
  const connection = await createConnection({ uri: url, timezone: 'Z' });
  try {
    const [rows] = await connection.query(`SELECT GET_LOCK(${LOCK_NAME}, ?) AS locked`, [
      LOCK_WAIT_SECONDS,
    ]);
    if ((rows as { locked: number | null }[])[0]?.locked !== 1) {
      throw new Error('another instance has been migrating the database for two minutes');
    }
    await migrate(drizzle({ client: connection }), { migrationsFolder: folder });
  } finally {
    // Closing the connection gives the lock back.
    await connection.end();
  }
}
