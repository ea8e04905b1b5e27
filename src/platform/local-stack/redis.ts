import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { askSocket } from './ask-socket.ts';
import { startServerProcess, waitUntilServing, type ServerProcess } from './server-process.ts';
import type { ServerProgram } from './server-program.ts';

export type RedisOptions = {
  program: ServerProgram;
  dataFolder: string;
  socketFolder: string;
  logFile: string;
  durable: boolean;
  log: (line: string) => void;
};

/**
 * Starts Redis and waits until it has read its data. It keeps an append-only file, as queues and
 * stock counters live in it, and never evicts a key: BullMQ loses jobs otherwise.
 *
 * @throws LocalStackError when it does not come up
 */
export async function startRedis(
  options: RedisOptions,
): Promise<{ server: ServerProcess; socket: string }> {
  const { program, dataFolder } = options;
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const socket = join(options.socketFolder, 'redis.sock');
  rmSync(socket, { force: true });
  const settings: Record<string, string> = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: dataFolder,
    appendonly: 'yes',
    appendfsync: options.durable ? 'everysec' : 'no',
    save: '',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  };
  const server = startServerProcess({
    product: 'Redis',
    program,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    // So it ends a rewrite of its file, which goes on in a process of its own.
    signalWhenOrphaned: 'TERM',
    logFile: options.logFile,
  });
  try {
    // While it reads its file it answers -LOADING.
    await waitUntilServing(
      server,
      async () => (await askSocket(socket, 'PING\r\n')).startsWith('+PONG'),
      options.log,
    );
  } catch (error) {
    await server.stop(0);
    throw error;
  }
  return { server, socket };
}
