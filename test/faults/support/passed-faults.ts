import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the outcome of a fault depends on. */
const SOURCES = ['src', 'migrations', 'test/faults', 'test/support', 'package-lock.json'];

/** Remembers which faults have passed, as long as the sources stay as they are. */
export class PassedFaults {
  readonly #file: string;
  readonly #sources: string;
  readonly #names: Set<string>;

  private constructor(file: string, sources: string, names: readonly string[]) {
    this.#file = file;
    this.#sources = sources;
    this.#names = new Set(names);
  }

  /** @param server what passed on another one is still to be tried on this; undefined for one's own */
  static async read(folder: string, server: string | undefined): Promise<PassedFaults> {
    const file = join(folder, 'passed.json');
    const sources = await hashOf(SOURCES, server ?? '');
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return '{}';
    });
    const known = JSON.parse(text) as { sources?: string; names?: string[] };
    return new PassedFaults(file, sources, known.sources === sources ? (known.names ?? []) : []);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  async add(name: string): Promise<void> {
    this.#names.add(name);
    await writeFile(
      this.#file,
      JSON.stringify({ sources: this.#sources, names: [...this.#names] }),
    );
  }
}

async function hashOf(paths: readonly string[], server: string): Promise<string> {
  const hash = createHash('sha256').update(server);
  for (const path of paths) {
    for (const file of await filesOf(path)) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTDIR') throw error;
      return undefined;
    },
  );
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
