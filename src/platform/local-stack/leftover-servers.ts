import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isFileError, LocalStackError } from './local-stack-error.ts';
import { poll } from './poll.ts';

/** setpriv becomes the server in a moment. */
const PROGRAMS = new Set(['mariadbd', 'mysqld', 'redis-server', 'valkey-server', 'setpriv']);
const ANNOUNCED_AFTER_MS = 1_000;
/**
 * Costs a recovery, no data. A MariaDB that was told to end while it came up never does by itself.
 */
const KILLED_AFTER_MS = 5_000;
const GIVEN_UP_AFTER_MS = 20_000;

/**
 * Ends the servers that a killed start left in this data folder, and waits until they are gone: two
 * servers on the same files would destroy them. Usually the kernel has already told them to end and
 * this waits for a moment. Must be called with the folder's lock held, so no server found here
 * belongs to a living start.
 *
 * @throws LocalStackError when one belongs to another user or can't be ended
 */
export async function endLeftoverServers(
  dataDir: string,
  serverFolders: readonly string[],
  log: (line: string) => void,
): Promise<void> {
  const asked = new Set<number>();
  let announced = false;
  await poll(20, (elapsedMs) => {
    const left = findServersIn(serverFolders);
    if (left.length === 0) return true;
    const pids = left.join(', ');
    if (elapsedMs > GIVEN_UP_AFTER_MS) {
      throw new LocalStackError(
        `a server of an earlier start (pid ${pids}) still uses ${dataDir} and can't be ended: end it by hand`,
      );
    }
    if (!announced && elapsedMs > ANNOUNCED_AFTER_MS) {
      announced = true;
      log(`waiting for the servers of an earlier start (pid ${pids}) to end …`);
    }
    for (const pid of left) {
      if (elapsedMs > KILLED_AFTER_MS) end(pid, 'SIGKILL', dataDir);
      else if (!asked.has(pid)) end(pid, 'SIGTERM', dataDir);
      asked.add(pid);
    }
    return undefined;
  });
}

function end(pid: number, signal: NodeJS.Signals, dataDir: string): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (isFileError(error, 'ESRCH')) return; // It has ended by itself since we looked.
    if (!isFileError(error, 'EPERM')) throw error;
    throw new LocalStackError(
      `a server of another user (pid ${pid}) uses ${dataDir}: end it first, or choose another data folder`,
      { cause: error },
    );
  }
}

/**
 * The pids of running servers that work in exactly these folders: the data folder may also hold
 * other stacks, or the programs that other stacks run. Looked up in the process table and not in
 * pid files, which are missing or outdated just when a start was killed. A server names its folder
 * in its arguments; Redis overwrites those when it is up, but works in its folder by then.
 */
function findServersIn(folders: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isServerIn(name, folders))
    .map(Number);
}

function isServerIn(pid: string, folders: readonly string[]): boolean {
  const read = (name: string): string => readFileSync(join('/proc', pid, name), 'utf8');
  const program = whileItLives(() => read('comm'))?.trim() ?? '';
  if (!PROGRAMS.has(program)) return false;
  const args = whileItLives(() => read('cmdline'))?.split('\0') ?? [];
  const cwd = whileItLives(() => readlinkSync(join('/proc', pid, 'cwd')));
  return folders.some(
    (folder) => cwd === folder || args.includes(`--datadir=${folder}`) || args.includes(folder),
  );
}

/** Undefined for a process that has ended in the meantime or whose details are not for us. */
function whileItLives(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}
