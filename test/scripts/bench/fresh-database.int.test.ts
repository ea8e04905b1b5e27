import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { describe, expect, inject, it } from 'vitest';
import { withFreshDatabase } from '../../../scripts/bench/fresh-database.ts';

const NAME = 'seonchak_test_bench';

describe('the database of a subject', () => {
  const serverUrl = inject('databaseUrl');

  async function query(statement: string): Promise<RowDataPacket[]> {
    const connection = await createConnection({ uri: serverUrl });
    try {
      const [rows] = await connection.query<RowDataPacket[]>(statement);
      return rows;
    } finally {
      await connection.end();
    }
  }

  const databases = () => query(`SHOW DATABASES LIKE '${NAME}'`);
  const tables = () => query(`SHOW TABLES IN ${NAME}`);

  it('is gone after its work, also when that fails', async () => {
    const failing = withFreshDatabase(serverUrl, NAME, async (url) => {
      expect(new URL(url).pathname).toBe(`/${NAME}`);
      expect(await databases()).toHaveLength(1);
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    expect(await databases()).toEqual([]);
  });

  it('is empty, whatever a run that was killed left there', async () => {
    await query(`CREATE DATABASE ${NAME}`);
    await query(`CREATE TABLE ${NAME}.left_behind (id INT)`);
    expect(await tables()).toHaveLength(1);
    await withFreshDatabase(serverUrl, NAME, async () => {
      expect(await tables()).toEqual([]);
    });
  });
});
