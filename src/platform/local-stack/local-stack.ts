import { mkdirSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { chooseDatabaseProgram, chooseRedisProgram } from './choose-programs.ts';
import { dataPaths, type DataPaths } from './data-paths.ts';
import { startDatabase } from './database.ts';
import { readDataOrigin } from './database-files.ts';
import { tryLockFile } from './folder-lock.ts';
import { FIRST_START_MEGABYTES, LATER_START_MEGABYTES, requireFreeSpace } from './free-space.ts';
import { endLeftoverServers } from './leftover-servers.ts';
import { explainFileError, LocalStackError, WITHOUT_LOCAL_STACK } from './local-stack-error.ts';
import { startRedis } from './redis.ts';
import type { ServerProcess } from './server-process.ts';
import { createSocketFolder } from './socket-folder.ts';

export { LocalStackError };

export type LocalStackOptions = {
  /**
   * The stack's folder, absolute or relative to the working folder; all its files are below it. One
   * stack each.
   */
  dataDir: string;
  /**
   * Where the servers' packages are unpacked; stacks may share it. Default: `vendor` in the data
   * folder.
   */
  vendorDir?: string;
  database: boolean;
  redis: boolean;
  /**
   * Whether a commit survives a power cut (the default). False makes tests faster; never for a real
   * shop.
   */
  durable?: boolean;
  /** The database's cache. Default 128. */
  bufferPoolMegabytes?: number;
  /** Progress for people, a few lines. */
  log: (line: string) => void;
};

export type LocalStack = {
  /** For mysql2: the shop's own user, by Unix socket. Undefined without a database. */
  databaseUrl: string | undefined;
  /** For ioredis: the path of a Unix socket. Undefined without Redis. */
  redisUrl: string | undefined;
  /** Tells of a server that ended without being asked to, also when it did so before this call. */
  onUnexpectedExit(listener: (what: string) => void): void;
  /**
   * Ends the servers gracefully, Redis first, and gives the folder free. May be called more than
   * once.
   */
  stop(): Promise<void>;
};

const REDIS_GRACE_MS = 10_000;
/**
 * Longer than Redis, as it writes out changed pages. A kill after that costs a recovery at the next
 * start, no data.
 */
const DATABASE_GRACE_MS = 30_000;

/**
 * Starts a private MariaDB (or MySQL) and Redis that belong to this process: they listen on Unix
 * sockets in a folder of this user and end with this process, even when it is killed. Servers that
 * are not installed are fetched once.
 *
 * @throws LocalStackError with one line for a person when something on the machine is in the way
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  if (process.platform !== 'linux') {
    throw new LocalStackError(
      `the shop runs its own MariaDB and Redis on Linux only: ${WITHOUT_LOCAL_STACK}`,
    );
  }
  try {
    return await startLocked(options);
  } catch (error) {
    throw explainFileError(error, resolve(options.dataDir));
  }
}

async function startLocked(options: LocalStackOptions): Promise<LocalStack> {
  mkdirSync(options.dataDir, { recursive: true });
  const paths = dataPaths(realpathSync(options.dataDir));
  const lock = tryLockFile(paths.lock);
  if (!lock.isHeld) {
    const pid = lock.pid === undefined ? '' : ` (pid ${lock.pid})`;
    throw new LocalStackError(
      `another shop is running in ${paths.dataDir}${pid}: stop it first, or choose another data folder`,
    );
  }
  let release = (): void => lock.release();
  try {
    await endLeftoverServers(paths.dataDir, paths.serverFolders, options.log);
    const sockets = createSocketFolder(paths.dataDir);
    release = () => {
      sockets.removeIfTemporary();
      lock.release();
    };
    return superviseServers(await startServers(options, paths, sockets.path), release);
  } catch (error) {
    release();
    throw error;
  }
}

type StartedServer = { server: ServerProcess; socket: string };
type StartedServers = { redis: StartedServer | undefined; database: StartedServer | undefined };

/** Both at once, as each spends its time waiting; when one fails the other one is ended again. */
async function startServers(
  options: LocalStackOptions,
  paths: DataPaths,
  socketFolder: string,
): Promise<StartedServers> {
  const { durable = true, bufferPoolMegabytes = 128, log } = options;
  const vendor = { vendorDir: resolve(options.vendorDir ?? paths.vendor), log };
  const shared = { socketFolder, durable, log };

  const bringUpRedis = async (): Promise<StartedServer> => {
    const program = await chooseRedisProgram(vendor);
    return startRedis({ ...shared, program, dataFolder: paths.redis, logFile: paths.redisLog });
  };
  const bringUpDatabase = async (): Promise<StartedServer> => {
    const origin = readDataOrigin(paths.database);
    if (origin === undefined) await requireFreeSpace(paths.dataDir, FIRST_START_MEGABYTES);
    return startDatabase({
      ...shared,
      program: await chooseDatabaseProgram(origin, vendor),
      dataFolder: paths.database,
      unfinishedFolder: paths.unfinishedDatabase,
      temporaryFolder: paths.databaseTemporary,
      logFile: paths.databaseLog,
      bufferPoolMegabytes,
    });
  };

  await requireFreeSpace(paths.dataDir, LATER_START_MEGABYTES);
  const [redis, database] = await Promise.allSettled([
    options.redis ? bringUpRedis() : undefined,
    options.database ? bringUpDatabase() : undefined,
  ]);
  if (redis.status === 'fulfilled' && database.status === 'fulfilled') {
    return { redis: redis.value, database: database.value };
  }
  if (redis.status === 'fulfilled') await redis.value?.server.stop(REDIS_GRACE_MS);
  if (database.status === 'fulfilled') await database.value?.server.stop(DATABASE_GRACE_MS);
  const [reason] = [redis, database].flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  );
  throw reason;
}

function superviseServers({ redis, database }: StartedServers, release: () => void): LocalStack {
  const listeners: ((what: string) => void)[] = [];
  const unexpected: string[] = [];
  let stopping: Promise<void> | undefined;

  for (const { server } of [redis, database].filter((started) => started !== undefined)) {
    server.onEnd((how) => {
      if (stopping !== undefined) return;
      const what = `${server.product} ended by itself (${how}) – see ${server.logFile}`;
      unexpected.push(what);
      for (const listener of listeners) listener(what);
    });
  }
  const stop = async (): Promise<void> => {
    await redis?.server.stop(REDIS_GRACE_MS);
    await database?.server.stop(DATABASE_GRACE_MS);
    release();
  };
  return {
    databaseUrl:
      database &&
      `mysql://shop@localhost/seonchak?socketPath=${encodeURIComponent(database.socket)}`,
    redisUrl: redis?.socket,
    onUnexpectedExit: (listener) => {
      listeners.push(listener);
      for (const what of unexpected) listener(what);
    },
    stop: () => (stopping ??= stop()),
  };
}
