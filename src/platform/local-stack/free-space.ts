import { statfs } from 'node:fs/promises';
import { LocalStackError } from './local-stack-error.ts';

/** Packages and their lists while they are unpacked, the database's files, and room to work. */
export const FIRST_START_MEGABYTES = 400;
/**
 * Below this the servers come up and then refuse the first larger write, which is harder to
 * understand.
 */
export const LATER_START_MEGABYTES = 50;

/** @throws LocalStackError when the disk of `folder` has less free space than that for this user */
export async function requireFreeSpace(folder: string, megabytes: number): Promise<void> {
  const disk = await statfs(folder);
  const free = Math.floor((disk.bavail * disk.bsize) / 1e6);
  if (free < megabytes) {
    throw new LocalStackError(
      `${folder} has ${free} MB of free space and needs ${megabytes} MB: make room there, or choose another data folder`,
    );
  }
}
