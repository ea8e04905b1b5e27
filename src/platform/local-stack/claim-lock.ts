import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileLock, LockedByOther } from './folder-lock.ts';

/**
 * A lock without flock(1). Each process first puts down a claim, then looks for claims of other
 * living processes and gives way if there is one. Of two that arrive together at least the later
 * one sees the other's claim: both may give way, but never do both hold the lock. Claims of dead
 * processes are removed; a pid that was given to another process since then is told apart by its
 * start time.
 */
export function claimLock(folder: string): FileLock | LockedByOther {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mine = `${process.pid}-${startTime(process.pid)}-${randomUUID()}`;
  writeFileSync(join(folder, mine), '');
  for (const claim of readdirSync(folder)) {
    if (claim === mine) continue;
    const [pid = '', startedAt = ''] = claim.split('-');
    if (startTime(Number(pid)) === startedAt) {
      rmSync(join(folder, mine), { force: true });
      return { isHeld: false, pid: Number(pid) };
    }
    rmSync(join(folder, claim), { force: true });
  }
  return { isHeld: true, release: () => rmSync(join(folder, mine), { force: true }) };
}

/**
 * When a process was started, in clock ticks since boot; undefined when there is no such process.
 */
function startTime(pid: number): string | undefined {
  try {
    // Field 22; counted from behind the command name, which may itself hold spaces and brackets.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  } catch {
    return undefined; // No such process.
  }
}
