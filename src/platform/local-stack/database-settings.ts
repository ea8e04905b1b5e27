import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseProgram } from './server-program.ts';

/**
 * Thousands of orders a second fill the 96 MB that MariaDB ships with (100 MB in MySQL) in some seconds,
 * and InnoDB then stops them all, every second, to make room: their slowest hundredth took half as long
 * again.
 */
const REDO_LOG = '512M';

export type DatabaseSettings = {
  program: DatabaseProgram;
  dataFolder: string;
  /** Where the files are made before they become the data folder; on the same disk. */
  unfinishedFolder: string;
  /** Removed and made anew at each start: a killed server leaves its temporary tables behind. */
  temporaryFolder: string;
  durable: boolean;
  bufferPoolMegabytes: number;
};

/** Options that both the making of a data folder and the server itself need. */
export function commonDatabaseOptions(settings: DatabaseSettings): string[] {
  const { program, durable } = settings;
  const redoLog = durable ? REDO_LOG : '16M';
  return [
    '--no-defaults', // The machine's /etc/mysql is about another server.
    ...programFolders(program),
    // Both refuse to run as root unless told so.
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    `--datadir=${settings.dataFolder}`,
    `--tmpdir=${settings.temporaryFolder}`,
    '--skip-networking',
    '--performance-schema=OFF',
    // With io_uring, a MariaDB 10.11 that was killed again and again came up with a damaged log once
    // in about eighty times; without, never in twice as many.
    '--innodb-use-native-aio=0',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_ci',
    ...(program.kind === 'mariadb'
      ? [
          `--innodb-log-file-size=${redoLog}`,
          '--aria-pagecache-buffer-size=1M',
          '--key-buffer-size=64K',
          '--skip-ssl', // From 11.4 on it would make an RSA key at each start: up to a second, for sockets only.
          '--log-warnings=1',
        ]
      : [
          `--innodb-redo-log-capacity=${redoLog}`,
          '--mysqlx=OFF',
          '--skip-log-bin',
          '--secure-file-priv=NULL', // Its default is a folder that need not exist here.
        ]),
    ...(durable
      ? ['--innodb-flush-log-at-trx-commit=1']
      : [
          '--innodb-flush-log-at-trx-commit=0',
          '--innodb-flush-method=nosync',
          `--innodb-doublewrite=${program.kind === 'mariadb' ? '0' : 'OFF'}`,
        ]),
  ];
}

/**
 * Options of the running server. They decide how the shop's SQL behaves, so they are the same
 * everywhere.
 */
export function serverOptions(settings: DatabaseSettings, socket: string): string[] {
  return [
    ...commonDatabaseOptions(settings),
    `--socket=${socket}`,
    `--pid-file=${join(settings.dataFolder, 'server.pid')}`,
    '--default-time-zone=+00:00',
    '--transaction-isolation=READ-COMMITTED',
    '--sql-mode=STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    '--max-connections=200',
    // At the most 256 a connection, in pools whose size is the shop's own affair.
    '--max-prepared-stmt-count=65536',
    '--max-allowed-packet=64M',
    '--skip-name-resolve',
    `--innodb-buffer-pool-size=${settings.bufferPoolMegabytes}M`,
    '--innodb-buffer-pool-dump-at-shutdown=OFF',
    '--innodb-buffer-pool-load-at-startup=OFF',
  ];
}

/** An unpacked MariaDB does not know where it is; an installed server does. */
function programFolders({ vendorFolder, kind }: DatabaseProgram): string[] {
  if (vendorFolder === undefined || kind !== 'mariadb') return [];
  const base = join(vendorFolder, 'usr');
  const share = shareFolder(join(base, 'sbin/mariadbd'));
  return [
    `--basedir=${base}`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
    `--plugin-dir=${join(base, 'lib/mysql/plugin')}`,
  ];
}

/** Where a MariaDB keeps its SQL files and messages, beside the folder of its program. */
export function shareFolder(programPath: string): string {
  const base = dirname(dirname(programPath));
  const folders = ['share/mysql', 'share/mariadb', 'share'].map((folder) => join(base, folder));
  return (
    folders.find((folder) => existsSync(join(folder, 'charsets'))) ?? join(base, 'share/mysql')
  );
}
