import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { redis, runningServers, sql, startStack, temporaryFolder } from './support.ts';

describe('a local stack', () => {
  test('keeps its data from one start to the next', async () => {
    const dataDir = temporaryFolder();
    const first = await startStack(dataDir, { durable: true });
    await sql(first, 'CREATE TABLE kept (n INT)', 'INSERT INTO kept VALUES (42)');
    await redis(first, 'SET', 'kept', 'too');
    await first.stop();
    expect(runningServers(dataDir)).toEqual([]);

    const second = await startStack(dataDir, { durable: true });
    expect(await sql(second, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    expect(await redis(second, 'GET', 'kept')).toBe('too');
  });

  test('runs the servers with the settings that the shop relies on', async () => {
    const stack = await startStack(temporaryFolder(), { durable: true });
    const [settings] = await sql(
      stack,
      `SELECT @@character_set_database AS charset, @@collation_database AS collation,
        @@global.time_zone AS zone, @@global.innodb_flush_log_at_trx_commit AS flush,
        @@global.max_connections AS connections, @@global.max_allowed_packet AS packet,
        @@global.sql_mode AS mode`,
    );
    expect(settings).toMatchObject({
      charset: 'utf8mb4',
      collation: 'utf8mb4_unicode_ci',
      zone: '+00:00',
      flush: 1,
      connections: 200,
      packet: 64 * 1024 * 1024,
      mode: expect.stringContaining('STRICT_TRANS_TABLES'),
    });
    const [isolation] = await sql(
      stack,
      "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
    );
    expect(isolation?.['Value']).toBe('READ-COMMITTED');
    expect(await redis(stack, 'CONFIG', 'GET', 'maxmemory-policy')).toContain('noeviction');
    expect(await redis(stack, 'CONFIG', 'GET', 'appendfsync')).toContain('everysec');
  });

  test('gives up durability, and nothing else, where tests ask for it', async () => {
    const dataDir = temporaryFolder();
    const first = await startStack(dataDir, { durable: false });
    const [settings] = await sql(
      first,
      'CREATE TABLE kept (n INT)',
      'SELECT @@global.innodb_flush_log_at_trx_commit AS flush',
    );
    expect(settings).toEqual({ flush: 0 });
    await first.stop();
    // The same files with the other settings, among them another size of the log.
    const second = await startStack(dataDir, { durable: true });
    expect(await sql(second, 'SELECT * FROM kept')).toEqual([]);
  });

  test('lets the shop make databases for its tests, and no others', async () => {
    const stack = await startStack(temporaryFolder(), { redis: false });
    expect(stack.redisUrl).toBeUndefined();
    await sql(
      stack,
      'CREATE DATABASE seonchak_test_1',
      'CREATE TABLE seonchak_test_1.t (n INT)',
      'DROP DATABASE seonchak_test_1',
    );
    await expect(sql(stack, 'CREATE DATABASE another')).rejects.toThrow(/denied/);
    await expect(sql(stack, 'SELECT * FROM mysql.user')).rejects.toThrow(/denied/);
    await expect(sql(stack, "CREATE USER 'x'@'localhost'")).rejects.toThrow(/denied/);
  });

  test('starts only what it is asked for', async () => {
    const dataDir = temporaryFolder();
    const stack = await startStack(dataDir, { database: false });
    expect(stack.databaseUrl).toBeUndefined();
    expect(await redis(stack, 'PING')).toBe('PONG');
    expect(runningServers(dataDir)).toHaveLength(1);
  });

  test('uses a private folder elsewhere for its sockets when its own path is too long for them', async () => {
    const dataDir = join(temporaryFolder(), 'a-long-name-'.repeat(9), 'data folder, 데이터');
    const stack = await startStack(dataDir);
    const socketFolder = dirname(stack.redisUrl ?? '');
    expect(dirname(socketFolder)).toBe(tmpdir());
    expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
    expect(await sql(stack, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await redis(stack, 'PING')).toBe('PONG');
    await stack.stop();
    expect(existsSync(socketFolder)).toBe(false);
  });

  test('lets nobody else reach its files and sockets', async () => {
    const dataDir = temporaryFolder();
    await startStack(dataDir);
    const openToOthers = readdirSync(dataDir).filter(
      (name) => (statSync(join(dataDir, name)).mode & 0o077) !== 0,
    );
    expect(openToOthers).toEqual([]);
  });

  test('begins again with a database whose making was interrupted', async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, 'db.unfinished/mysql'), { recursive: true });
    writeFileSync(join(dataDir, 'db.unfinished/ibdata1'), 'half');
    const stack = await startStack(dataDir, { redis: false });
    expect(await sql(stack, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(dataDir)).not.toContain('db.unfinished');
  });
});
