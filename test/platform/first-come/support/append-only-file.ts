import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** The file to which Redis appends its commands, and how long it is. */
export function appendOnlyFile(dataFolder: string): { path: string; size: number } {
  const names = readdirSync(dataFolder, { recursive: true, encoding: 'utf8' });
  // Before Redis 7 it was one file, without parts.
  const name = names.find((each) => each.endsWith('.incr.aof')) ?? 'appendonly.aof';
  const path = join(dataFolder, name);
  return { path, size: statSync(path).size };
}

/** What is lost when a machine dies before its disk has got the latest commands. */
export function cutTo({ path, size }: { path: string; size: number }): void {
  if (statSync(path).size <= size) throw new Error('nothing was appended since');
  truncateSync(path, size);
}
