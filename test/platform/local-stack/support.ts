import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { onTestFinished, vi } from 'vitest';
import {
  startLocalStack,
  type LocalStack,
  type LocalStackOptions,
} from '../../../src/platform/local-stack/local-stack.ts';

/** Shared by all tests and with the shop, so that packages are fetched once per checkout. */
export const vendorDir = resolve('.data/vendor');

/** The first start in a checkout fetches the servers. */
const LONGEST_START_MS = 60_000;
vi.setConfig({ testTimeout: LONGEST_START_MS, hookTimeout: LONGEST_START_MS });

/** Polls until `holds` says true; fails after `withinMs`. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const end = Date.now() + withinMs;
  // Polling.
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(20);
  }
}

/**
 * A folder of its own for a test, removed at its end; register it before the stack that runs in it.
 */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'local-stack-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A stack with both servers and fast settings, stopped at the end of the test. */
export async function startStack(
  dataDir: string,
  options: Partial<LocalStackOptions> = {},
): Promise<LocalStack & { lines: string[] }> {
  const lines: string[] = [];
  const stack = await startLocalStack({
    dataDir,
    vendorDir,
    database: true,
    redis: true,
    durable: false,
    bufferPoolMegabytes: 16,
    log: (line) => lines.push(line),
    ...options,
  });
  onTestFinished(() => stack.stop());
  return { ...stack, lines };
}

/** Runs SQL in a connection of its own and returns the rows of the last statement. */
export async function sql(
  { databaseUrl }: Pick<LocalStack, 'databaseUrl'>,
  ...statements: string[]
): Promise<RowDataPacket[]> {
  const connection = await createConnection({ uri: databaseUrl ?? '' });
  try {
    let rows: RowDataPacket[] = [];
    for (const statement of statements) {
      // In order.
      [rows] = await connection.query<RowDataPacket[]>(statement);
    }
    return rows;
  } finally {
    await connection.end();
  }
}

/** Runs one Redis command in a connection of its own. */
export async function redis(
  { redisUrl }: Pick<LocalStack, 'redisUrl'>,
  command: string,
  ...args: string[]
): Promise<unknown> {
  const client = new Redis(redisUrl ?? '');
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}

export type RunningServer = { pid: number; name: string };

/**
 * The servers that work in a data folder, by the process table; ended ones that nobody waited for
 * don't count.
 */
export function runningServers(dataDir: string): RunningServer[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
        const isServer = /^(?:mariadbd|mysqld|redis-server|valkey-server)$/.test(name);
        // An ended process has no arguments any more.
        const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return isServer && args.includes(dataDir) ? [{ pid: Number(pid), name }] : [];
      } catch {
        return []; // Ended while we looked.
      }
    });
}

/** The group of processes that a terminal's signals would reach together with this one. */
export function processGroupOf(pid: number): number {
  // Field 5; counted from behind the command's name.
  return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[2]);
}

export type Launcher = Pick<LocalStack, 'databaseUrl' | 'redisUrl'> & { process: ChildProcess };

/**
 * Starts a stack in a process of its own (launcher.ts), in a process group of its own as a terminal
 * would.
 */
export async function launch(dataDir: string): Promise<Launcher> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'launcher.ts'), dataDir, vendorDir],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await eventually('its servers end', () => runningServers(dataDir).length === 0);
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await eventually('the launcher is up', () => output.includes('\n'), LONGEST_START_MS);
  const [databaseUrl, redisUrl] = output.trim().split(' ');
  return { process: child, databaseUrl, redisUrl };
}
