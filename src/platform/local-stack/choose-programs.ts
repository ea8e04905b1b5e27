import { join } from 'node:path';
import { findInstalledServers } from './find-programs.ts';
import { LocalStackError } from './local-stack-error.ts';
import { compareVersions, type DatabaseKind } from '../database/server-versions.ts';
import {
  inspectDatabaseProgram,
  inspectRedisProgram,
  type DatabaseProgram,
  type ServerProgram,
} from './server-program.ts';
import { fillVendorFolder, vendorFolderOf } from './vendor-folder.ts';

/** Which server made, or last changed, the files in a data folder. */
export type DataOrigin = { kind: DatabaseKind; version: string };

export type VendorOptions = { vendorDir: string; log: (line: string) => void };

type Product<Program> = {
  name: string;
  programNames: readonly string[];
  /** The first one names the folder; the others hold files of the program too. */
  packageNames: readonly [string, ...string[]];
  /** With the libraries that a fresh Debian lacks; for the progress line. */
  downloadMegabytes: number;
  pathInPackage: string;
  inspect: (path: string, vendorFolder: string | undefined) => Promise<Program | undefined>;
};

const DATABASE: Product<DatabaseProgram> = {
  name: 'MariaDB',
  programNames: ['mariadbd', 'mysqld'],
  packageNames: ['mariadb-server-core'],
  downloadMegabytes: 8,
  pathInPackage: 'usr/sbin/mariadbd',
  inspect: inspectDatabaseProgram,
};

const REDIS: Product<ServerProgram> = {
  name: 'Redis',
  programNames: ['redis-server', 'valkey-server'],
  packageNames: ['redis-server', 'redis-tools'],
  downloadMegabytes: 2,
  pathInPackage: 'usr/bin/redis-server',
  inspect: inspectRedisProgram,
};

/**
 * The database server to use: one that is installed, else the unpacked MariaDB, which is fetched
 * when it is missing. Servers that can't read the existing data are passed over, so that installing
 * another one later does not lock a shop out of its data.
 *
 * @param origin undefined for a new data folder
 *
 * @throws LocalStackError when none is here and none can be fetched, or none can read the data
 */
export async function chooseDatabaseProgram(
  origin: DataOrigin | undefined,
  vendor: VendorOptions,
): Promise<DatabaseProgram> {
  const fits = (program: DatabaseProgram): boolean =>
    origin === undefined || canRead(program, origin);
  const installed = await findInstalled(DATABASE, fits);
  if (installed !== undefined) return installed;
  if (origin?.kind === 'mysql') throw unreadable(origin, 'no such server was found');
  const unpacked = await provideUnpacked(DATABASE, vendor);
  if (origin !== undefined && !fits(unpacked)) {
    throw unreadable(origin, `only MariaDB ${unpacked.version} was found`);
  }
  return unpacked;
}

/** The same for Redis or Valkey, which read each other's files as long as they don't get older. */
export async function chooseRedisProgram(vendor: VendorOptions): Promise<ServerProgram> {
  return (await findInstalled(REDIS, () => true)) ?? provideUnpacked(REDIS, vendor);
}

async function findInstalled<Program>(
  product: Product<Program>,
  fits: (program: Program) => boolean,
): Promise<Program | undefined> {
  for (const path of findInstalledServers(product.programNames)) {
    // Nearly always the first one fits.
    const program = await product.inspect(path, undefined);
    if (program !== undefined && fits(program)) return program;
  }
  return undefined;
}

async function provideUnpacked<Program>(
  product: Product<Program>,
  { vendorDir, log }: VendorOptions,
): Promise<Program> {
  const folder = vendorFolderOf(vendorDir, product.packageNames);
  const inspect = (): Promise<Program | undefined> =>
    product.inspect(join(folder, product.pathInPackage), folder);

  const present = await inspect();
  if (present !== undefined) return present;
  await fillVendorFolder({
    vendorDir,
    packageNames: product.packageNames,
    product: product.name,
    downloadMegabytes: product.downloadMegabytes,
    isUsable: async () => (await inspect()) !== undefined,
    log,
  });
  const fetched = await inspect();
  if (fetched !== undefined) return fetched;
  throw new LocalStackError(
    `the ${product.name} of this Debian release does not run here or is too old for the shop: install a newer one, or set DATABASE_URL and REDIS_URL`,
  );
}

/**
 * Neither product reads the other's files, nor those of a newer series of itself (10.11.5 does read
 * 10.11.8's).
 */
function canRead(program: DatabaseProgram, origin: DataOrigin): boolean {
  return (
    program.kind === origin.kind &&
    compareVersions(series(program.version), series(origin.version)) >= 0
  );
}

/** `10.11.18` is of the series `10.11`. */
function series(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function unreadable({ kind, version }: DataOrigin, found: string): LocalStackError {
  const product = kind === 'mysql' ? 'MySQL' : 'MariaDB';
  return new LocalStackError(
    `the database files were made by ${product} ${version} and ${found}: install that server again, or move the data folder away to begin with an empty shop`,
  );
}
