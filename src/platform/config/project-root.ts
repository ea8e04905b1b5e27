import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json: the sources and the build in dist/ lie at different depths below it. */
export function projectRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json is nowhere above the program');
    folder = parent;
  }
  return folder;
}
