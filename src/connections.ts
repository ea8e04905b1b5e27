import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connections } from './app.ts';
import type { Config } from './platform/config/config.ts';
import { startLocalStack } from './platform/local-stack/local-stack.ts';

export type Connected = {
  connections: Connections;
  /** Tells when an embedded server ended by itself. */
  onLost: (listener: (what: string) => void) => void;
  /** Ends the embedded servers, if this process started any. */
  close: () => Promise<void>;
};

/** Where a running shop says how its embedded servers are reached, for scripts beside it. */
const ANNOUNCEMENT = 'servers.json';

type Announcement = { pid: number; connections: Connections };

/**
 * Uses the servers that are configured, and brings up the embedded ones for the rest. Throws
 * LocalStackError with one line for a person, such as when another shop runs in the same folder.
 */
export async function connect(config: Config, say: (line: string) => void): Promise<Connected> {
  const configured = configuredConnections(config);
  if (configured) return borrowed(configured);

  const stack = await startLocalStack({
    dataDir: config.dataDir,
    database: config.database.url === undefined,
    redis: config.redis.url === undefined,
    log: say,
  });
  const databaseUrl = config.database.url ?? stack.databaseUrl;
  const redisUrl = config.redis.url ?? stack.redisUrl;
  if (databaseUrl === undefined || redisUrl === undefined) {
    throw new Error('the embedded servers gave no address');
  }
  const connections = { databaseUrl, redisUrl };
  const file = join(config.dataDir, ANNOUNCEMENT);
  const announcement: Announcement = { pid: process.pid, connections };
  await writeFile(file, JSON.stringify(announcement), { mode: 0o600 });
  return {
    connections,
    onLost: (listener) => stack.onUnexpectedExit(listener),
    close: async () => {
      await rm(file, { force: true });
      await stack.stop();
    },
  };
}

/** For scripts: as `connect`, but joins the embedded servers of a shop that runs in the folder. */
export async function connectBesideShop(
  config: Config,
  say: (line: string) => void,
): Promise<Connected> {
  const running = await readAnnouncement(config.dataDir);
  if (!running) return connect(config, say);
  // What is configured comes first: a shop that happens to run here may be another one.
  return borrowed({
    databaseUrl: config.database.url ?? running.connections.databaseUrl,
    redisUrl: config.redis.url ?? running.connections.redisUrl,
  });
}

function configuredConnections({ database, redis }: Config): Connections | undefined {
  if (database.url === undefined || redis.url === undefined) return undefined;
  return { databaseUrl: database.url, redisUrl: redis.url };
}

function borrowed(connections: Connections): Connected {
  return { connections, onLost: () => undefined, close: () => Promise.resolve() };
}

async function readAnnouncement(dataDir: string): Promise<Announcement | undefined> {
  try {
    const text = await readFile(join(dataDir, ANNOUNCEMENT), 'utf8');
    const announcement = JSON.parse(text) as Announcement;
    // One that a killed shop left behind: the servers ended with it.
    return isRunning(announcement.pid) ? announcement : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
