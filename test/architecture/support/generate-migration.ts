import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './source-files.ts';

const DRIZZLE_KIT = join(ROOT, 'node_modules', 'drizzle-kit', 'bin.cjs');

export type Generated = {
  /** The SQL that drizzle-kit would add to the migrations; empty when there is nothing to add. */
  added: string[];
  /** What it said. Its exit code tells nothing: it is 0 after an error, too. */
  said: string;
};

/**
 * Has drizzle-kit compare the tables' definitions with a copy of the migrations.
 * @param editSnapshot changes what the copy's last snapshot says of the tables
 */
export async function generateMigration(
  editSnapshot: (snapshot: string) => string = (snapshot) => snapshot,
): Promise<Generated> {
  const folder = await mkdtemp(join(tmpdir(), 'seonchak-migrations-'));
  try {
    const migrations = join(folder, 'migrations');
    await cp(join(ROOT, 'migrations'), migrations, { recursive: true });
    await editLastSnapshot(join(migrations, 'meta'), editSnapshot);
    const before = await readdir(migrations);
    const said = await generate(folder, migrations);
    const after = await readdir(migrations);
    const added = after.filter((file) => !before.includes(file));
    return {
      added: await Promise.all(added.map((file) => readFile(join(migrations, file), 'utf8'))),
      said,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function editLastSnapshot(meta: string, edit: (snapshot: string) => string): Promise<void> {
  const files = await readdir(meta);
  const last = files
    .filter((file) => file.endsWith('_snapshot.json'))
    .toSorted()
    .at(-1);
  if (last === undefined) throw new Error('the migrations have no snapshot');
  const path = join(meta, last);
  await writeFile(path, edit(await readFile(path, 'utf8')));
}

async function generate(folder: string, migrations: string): Promise<string> {
  const config = join(folder, 'drizzle.config.ts');
  // drizzle-kit reads an absolute `out` as a relative one.
  const out = JSON.stringify(relative(ROOT, migrations));
  await writeFile(
    config,
    `import config from ${JSON.stringify(join(ROOT, 'drizzle.config.ts'))};
     export default { ...config, out: ${out} };`,
  );
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [DRIZZLE_KIT, 'generate', '--config', config],
    { cwd: ROOT },
  );
  return stdout + stderr;
}
