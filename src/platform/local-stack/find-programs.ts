import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian and others install servers that an ordinary user's PATH leaves out. */
const SERVER_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
  '/usr/local/bin',
  '/usr/bin',
];

/**
 * Set to 1, unpacked packages are used even where the servers are installed: for tests of that way,
 * and for machines whose AppArmor keeps an installed server out of our folders (Ubuntu's MySQL).
 */
export const IGNORE_SYSTEM_SERVERS = 'SHOP_IGNORE_SYSTEM_SERVERS';

/** Every program with one of these names on PATH or in the other folders, preferred names first. */
export function findPrograms(
  names: readonly string[],
  otherFolders: readonly string[] = [],
): string[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...otherFolders];
  const paths = names.flatMap((name) =>
    folders.filter((folder) => folder !== '').map((folder) => join(folder, name)),
  );
  return [...new Set(paths)].filter(isExecutable);
}

/** The servers with one of these names that are installed on this machine and not to be ignored. */
export function findInstalledServers(names: readonly string[]): string[] {
  return process.env[IGNORE_SYSTEM_SERVERS] === '1' ? [] : findPrograms(names, SERVER_FOLDERS);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // Not there, or not ours to run: not a candidate.
  }
}
