import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './child-process.ts';
import type { DataOrigin } from './choose-programs.ts';
import { commonDatabaseOptions, shareFolder, type DatabaseSettings } from './database-settings.ts';
import { LocalStackError } from './local-stack-error.ts';
import { hintAtOtherProgram } from './server-program.ts';

const ORIGIN_FILE = 'made-by';

/**
 * The user may do everything in the shop's database and in those of its tests (seonchak_test_…),
 * and nothing else. It has no password: only this user can reach the socket.
 */
const SHOP_SQL = [
  'CREATE DATABASE seonchak CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;',
  'FLUSH PRIVILEGES;', // Without it accounts can't be made while the server is bootstrapped.
  "CREATE USER 'shop'@'localhost';",
  "GRANT ALL ON `seonchak%`.* TO 'shop'@'localhost';",
];

/** Which server made or last used the database's files; undefined while there are none. */
export function readDataOrigin(dataFolder: string): DataOrigin | undefined {
  const file = join(dataFolder, ORIGIN_FILE);
  if (existsSync(file)) {
    const [, kind, version] = /^(mariadb|mysql) (\S+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
    if (version !== undefined) return { kind: kind === 'mysql' ? 'mysql' : 'mariadb', version };
  }
  if (!existsSync(dataFolder)) return undefined;
  throw new LocalStackError(
    `${dataFolder} was not made by this shop: move it away, or choose another data folder`,
  );
}

/**
 * To be called after a successful start: a newer server has changed the files by then, and no older
 * one may follow. Written beside and renamed, as a power cut that leaves the file empty would lock
 * the shop out of its data.
 */
export function writeDataOrigin(dataFolder: string, { kind, version }: DataOrigin): void {
  const file = join(dataFolder, ORIGIN_FILE);
  writeFileSync(`${file}.new`, `${kind} ${version}\n`, { flush: true });
  renameSync(`${file}.new`, file);
}

/**
 * Makes the database's files with the shop's database and user, beside the place where they belong,
 * and renames them at the end: an interrupted attempt is thrown away by the next one, and files in
 * place are always complete.
 *
 * @throws LocalStackError when the server can't make them
 */
export async function createDatabaseFiles(settings: DatabaseSettings): Promise<void> {
  const { program, dataFolder } = settings;
  const unfinished = settings.unfinishedFolder;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const options = commonDatabaseOptions({ ...settings, dataFolder: unfinished });
  const isMariaDb = program.kind === 'mariadb';
  const sqlFile = `${dataFolder}.init.sql`;
  // The init file of MySQL must lie outside of the folder, which has to be empty.
  if (!isMariaDb) writeFileSync(sqlFile, `${SHOP_SQL.join('\n')}\n`, { mode: 0o600 });
  const making = await runCommand(
    program.path,
    isMariaDb
      ? [...options, '--bootstrap', '--enforce-storage-engine=', '--innodb-buffer-pool-size=16M']
      : [...options, '--initialize-insecure', `--init-file=${sqlFile}`],
    {
      env: program.env,
      timeoutMs: 5 * 60_000,
      ...(isMariaDb && { input: mariaDbBootstrapSql(shareFolder(realpathSync(program.path))) }),
    },
  );
  rmSync(sqlFile, { force: true });
  if (!making.succeeded) {
    const output = `${making.stdout}\n${making.stderr}`.trim().split('\n');
    const complaint = output.findLast((line) => /error/i.test(line)) ?? output.at(-1);
    throw new LocalStackError(
      `${program.path} can't make its data folder (${making.ending}): ${complaint}${hintAtOtherProgram(program)}`,
    );
  }
  writeDataOrigin(unfinished, program);
  renameSync(unfinished, dataFolder);
}

/**
 * What mariadb-install-db would feed to the server; that script is not part of the core package.
 * Left out are the help texts and the system's host name as a second name of root.
 */
function mariaDbBootstrapSql(share: string): string {
  const available = readdirSync(share);
  const systemTables = ['system_tables.sql', 'system_tables_data.sql'].map((name) => {
    // mysql_… up to 10.11, mariadb_… later.
    const file = [`mariadb_${name}`, `mysql_${name}`].find((candidate) =>
      available.includes(candidate),
    );
    if (file === undefined) {
      throw new LocalStackError(
        `${share} lacks the SQL files of a MariaDB server: install it again`,
      );
    }
    return readFileSync(join(share, file), 'utf8')
      .split('\n')
      .filter((line) => !line.includes('@current_hostname'))
      .join('\n');
  });
  const first = ['CREATE DATABASE mysql;', 'USE mysql;', 'SET @auth_root_socket=NULL;'];
  return [...first, ...systemTables, ...SHOP_SQL, ''].join('\n');
}
