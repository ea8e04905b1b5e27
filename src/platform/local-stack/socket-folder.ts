import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStackError } from './local-stack-error.ts';

/**
 * The kernel's limit of a socket's path is 108 bytes with the closing zero; Redis cuts longer ones
 * off silently.
 */
const LONGEST_SOCKET_PATH_BYTES = 107;
const LONGEST_SOCKET_NAME = 'redis.sock';

export type SocketFolder = { path: string; removeIfTemporary(): void };

/**
 * A folder for the servers' sockets that only this user may enter: the servers trust whoever can
 * connect. It is `run` in the data folder, or a folder in the system's temporary folder when the
 * former is too long for a socket.
 *
 * @throws LocalStackError when the folder belongs to another user, as it may in the shared
 * temporary folder
 */
export function createSocketFolder(dataDir: string): SocketFolder {
  const own = join(dataDir, 'run');
  if (fitsSocket(own)) {
    makePrivate(own);
    return { path: own, removeIfTemporary: () => {} };
  }
  const name = `seonchak-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;
  const folder = [join(tmpdir(), name), join('/tmp', name)].find(fitsSocket);
  if (folder === undefined) throw new LocalStackError(`the path ${dataDir} is too long`);
  makePrivate(folder);
  return {
    path: folder,
    removeIfTemporary: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(join(folder, LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH_BYTES;
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder); // Not stat: a link laid by somebody else must not lead us elsewhere.
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new LocalStackError(`${folder} belongs to another user: run as that user, or remove it`);
  }
  chmodSync(folder, 0o700); // mkdir does not change a folder that exists, and a umask may have taken bits away.
}
