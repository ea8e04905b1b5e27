import { join } from 'node:path';

/** Everything a stack keeps on disk, except sockets whose path would be too long. */
export type DataPaths = ReturnType<typeof dataPaths>;

/**
 * @param dataDir absolute and without symbolic links, as the kernel reports the servers' working
 * folders so
 */
export function dataPaths(dataDir: string) {
  const database = join(dataDir, 'db');
  const unfinishedDatabase = join(dataDir, 'db.unfinished');
  const redis = join(dataDir, 'redis');
  return {
    dataDir,
    lock: join(dataDir, 'stack.lock'),
    vendor: join(dataDir, 'vendor'),
    database,
    unfinishedDatabase,
    databaseTemporary: join(dataDir, 'db.tmp'),
    databaseLog: join(dataDir, 'database.log'),
    redis,
    redisLog: join(dataDir, 'redis.log'),
    /** The folders in which a server of this stack may be at work. */
    serverFolders: [database, unfinishedDatabase, redis],
  };
}
