import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LocalStackError } from '../../../src/platform/local-stack/local-stack.ts';
import { runningServers, sql, startStack, temporaryFolder } from './support.ts';

/** The line that a person gets to see when a start fails. */
async function refusal(start: Promise<unknown>): Promise<string> {
  const error: unknown = await start.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LocalStackError)) throw new Error('no such refusal', { cause: error });
  expect(error.message).not.toContain('\n');
  return error.message;
}

describe('a local stack says in one line', () => {
  test('that another one runs in the folder', async () => {
    const dataDir = temporaryFolder();
    const first = await startStack(dataDir, { redis: false });
    expect(await refusal(startStack(dataDir))).toBe(
      `another shop is running in ${dataDir} (pid ${process.pid}): stop it first, or choose another data folder`,
    );
    expect(await sql(first, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
    await startStack(dataDir);
  });

  test('that the folder is a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(await refusal(startStack(file))).toContain(`${file} can't be used as a folder`);
  });

  test.skipIf(process.getuid?.() === 0)('that the folder is not writable', async () => {
    const parent = temporaryFolder();
    chmodSync(parent, 0o500);
    expect(await refusal(startStack(join(parent, 'data')))).toContain('no permission to write');
  });

  test.each([
    ['mysql 99.1.0', /made by MySQL 99\.1\.0 and no such server was found/],
    ['mariadb 99.1.0', /made by MariaDB 99\.1\.0 and only MariaDB .* was found/],
  ])('that its data was made by %s', async (origin, line) => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, 'db'));
    writeFileSync(join(dataDir, 'db/made-by'), `${origin}\n`);
    expect(await refusal(startStack(dataDir))).toMatch(line);
    expect(runningServers(dataDir)).toEqual([]);
  });

  test('that files in the way of the database are not its own', async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, 'db'));
    expect(await refusal(startStack(dataDir))).toContain('was not made by this shop');
  });

  test('why Redis does not come up, ends the database and frees the folder', async () => {
    const dataDir = temporaryFolder();
    const first = await startStack(dataDir);
    await first.stop();
    const manifest = join(dataDir, 'redis/appendonlydir/appendonly.aof.manifest');
    const intact = readFileSync(manifest);
    writeFileSync(manifest, 'garbage\n');
    const line = await refusal(startStack(dataDir));
    expect(line).toMatch(/^Redis does not come up \(exit code 1: .*\) – see .*redis\.log/);
    expect(runningServers(dataDir)).toEqual([]);
    writeFileSync(manifest, intact);
    await startStack(dataDir);
  });

  test('why the database does not come up', async () => {
    const dataDir = temporaryFolder();
    const first = await startStack(dataDir, { redis: false });
    await first.stop();
    writeFileSync(join(dataDir, 'db/ibdata1'), 'garbage');
    const line = await refusal(startStack(dataDir, { redis: false }));
    expect(line).toMatch(/^M\w+ does not come up \(.*ibdata1.*see .*database\.log/);
  });
});
