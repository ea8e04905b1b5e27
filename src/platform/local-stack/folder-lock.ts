import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { claimLock } from './claim-lock.ts';

export type FileLock = { isHeld: true; release(): void };
export type LockedByOther = { isHeld: false; pid: number | undefined };

/**
 * Locks a file for this process, or says who has it; never waits. The lock ends with the process,
 * even at `kill -9`: flock(1) locks the open file that it inherits from us, the lock belongs to
 * that open file and not to flock(1), and the kernel drops it when the last descriptor closes. Ours
 * is the only one, as Node opens files close-on-exec and so no server inherits it.
 *
 * The file stays after a release: removing it would let a third process lock a new file of the same
 * name while a second one still holds the old one.
 */
export function tryLockFile(path: string): FileLock | LockedByOther {
  const descriptor = openSync(path, 'a+', 0o600);
  try {
    const flock = spawnSync('flock', ['-n', '3'], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    });
    if (flock.status === 1) {
      const pid = readPid(path);
      closeSync(descriptor);
      return { isHeld: false, pid };
    }
    // No flock(1) on this machine, or a file system that can't lock.
    const claim = flock.status === 0 ? undefined : claimLock(`${path}.claims`);
    if (claim?.isHeld === false) {
      closeSync(descriptor);
      return claim;
    }
    ftruncateSync(descriptor);
    writeSync(descriptor, `${process.pid}\n`);
    return {
      isHeld: true,
      release: () => {
        claim?.release();
        closeSync(descriptor);
      },
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Only for the message: a holder that has not written its pid yet is `undefined`. */
function readPid(path: string): number | undefined {
  const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
  return Number.isNaN(pid) ? undefined : pid;
}
