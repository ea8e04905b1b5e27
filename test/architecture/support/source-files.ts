import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** The project's own folder. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');

export type SourceFile = {
  /** Relative to the root that was listed, with `/` between its parts. */
  path: string;
  text: string;
};

/** The TypeScript files below these folders of `root`, in order. */
export async function typeScriptFiles(root: string, folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(folders.map((folder) => filesBelow(root, folder)));
  return lists.flat().filter((path) => path.endsWith('.ts'));
}

/** All files below a folder of `root`, relative to `root`, in order. */
export async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
}

export function readFiles(root: string, paths: readonly string[]): Promise<SourceFile[]> {
  return Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  );
}

/** Whose tables a file may know: a module's name, or `platform`; undefined for the rest. */
export function ownerOf(path: string): string | undefined {
  return /^src\/modules\/([^/]+)\//.exec(path)?.[1] ?? /^src\/(platform)\//.exec(path)?.[1];
}
