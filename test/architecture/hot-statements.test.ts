import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hotStatements } from '../../src/platform/database/hot-statements.ts';
import { readFiles, ROOT, typeScriptFiles, type SourceFile } from './support/source-files.ts';
import { countHotStatements, unnamedStatements } from './support/unnamed-statements.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'hot-statements');

async function sourcesOf(root: string): Promise<SourceFile[]> {
  return readFiles(root, await typeScriptFiles(root, ['src']));
}

describe('statements over rows that come as a parameter', () => {
  let files: SourceFile[];
  beforeAll(async () => {
    files = await sourcesOf(ROOT);
    // Its modules name their statements.
    await import('../../src/app.ts');
  });

  it('are all named when their modules are loaded, and lock no such rows', () => {
    expect(unnamedStatements(files)).toEqual([]);
  });

  it('are all tried at the start: the app loads every file that names one', () => {
    const { size } = hotStatements();
    expect(size).toBeGreaterThan(50);
    expect(size).toBe(countHotStatements(files));
  });
});

describe('the check of such statements', () => {
  it('finds those that are not named, named late, or lock the rows', async () => {
    const files = await sourcesOf(FIXTURE);
    const places = unnamedStatements(files).map((problem) => problem.split(' ', 1)[0]);
    expect([...new Set(places)]).toEqual(files.flatMap(refusedPlaces));
  });
});

/** The lines that a fixture marks, as `path:line`. */
function refusedPlaces({ path, text }: SourceFile): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '// refused' ? [`${path}:${index + 2}`] : []));
}
