import { posix } from 'node:path';
import { violation } from './cruise.ts';
import type { SourceFile } from './source-files.ts';

const MARK = /\/\/ breaks: ([\w-]+)\n([^;]*)/g;

/** Rules about a whole file and not about one of its imports. */
const WHOLE_FILE = 'no-forgotten-files';

/** The violations that a fixture says it commits, as a cruise reports them; in order. */
export function markedViolations(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  return files
    .flatMap(({ path, text }) =>
      [...text.matchAll(MARK)].map(([, rule = '', statement = '']) => {
        const imported = rule === WHOLE_FILE ? path : importedBy(path, statement, paths);
        return violation(rule, path, imported);
      }),
    )
    .toSorted();
}

function importedBy(path: string, statement: string, paths: ReadonlySet<string>): string {
  const specifier = /'([^']+)'/.exec(statement)?.[1];
  if (specifier === undefined) throw new Error(`${path} marks what is no import: ${statement}`);
  if (specifier.startsWith('node:')) return specifier.slice('node:'.length);
  if (!specifier.startsWith('.')) return packageOf(specifier);
  const target = posix.join(posix.dirname(path), specifier);
  // What is not there is reported as it was written.
  return paths.has(target) ? target : specifier;
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
