import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { askSocket } from './ask-socket.ts';
import { createDatabaseFiles, readDataOrigin, writeDataOrigin } from './database-files.ts';
import { serverOptions, type DatabaseSettings } from './database-settings.ts';
import { startServerProcess, waitUntilServing, type ServerProcess } from './server-process.ts';

export type DatabaseOptions = DatabaseSettings & {
  socketFolder: string;
  logFile: string;
  log: (line: string) => void;
};

/**
 * Starts MariaDB or MySQL and waits until it takes connections; at the first start it makes the
 * shop's empty database.
 *
 * @throws LocalStackError when it does not come up
 */
export async function startDatabase(
  options: DatabaseOptions,
): Promise<{ server: ServerProcess; socket: string }> {
  const { program, dataFolder, temporaryFolder } = options;
  rmSync(temporaryFolder, { recursive: true, force: true });
  mkdirSync(temporaryFolder, { recursive: true, mode: 0o700 });
  if (readDataOrigin(dataFolder) === undefined) await createDatabaseFiles(options);

  const socket = join(options.socketFolder, 'db.sock');
  rmSync(socket, { force: true });
  const server = startServerProcess({
    product: program.kind === 'mariadb' ? 'MariaDB' : 'MySQL',
    program,
    args: serverOptions(options, socket),
    // A SIGTERM while it comes up makes MariaDB hang for good (measured with 10.11), and Ctrl-C
    // right after a start is common. A kill costs a short recovery at the next start; what was
    // committed is on disk.
    signalWhenOrphaned: 'KILL',
    logFile: options.logFile,
  });
  try {
    await waitUntilServing(server, async () => (await askSocket(socket, '')) !== '', options.log);
  } catch (error) {
    await server.stop(0);
    throw error;
  }
  if (readDataOrigin(dataFolder)?.version !== program.version) writeDataOrigin(dataFolder, program);
  return { server, socket };
}
