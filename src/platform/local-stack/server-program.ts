import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareVersions,
  OLDEST_DATABASES,
  type DatabaseKind,
} from '../database/server-versions.ts';
import { runCommand } from './child-process.ts';
import { IGNORE_SYSTEM_SERVERS } from './find-programs.ts';

/**
 * A server's program that was run once and told its version, so it is complete and fits this
 * machine.
 */
export type ServerProgram = {
  path: string;
  version: string;
  /**
   * Where its Debian packages were unpacked; undefined for one that is installed on the machine.
   */
  vendorFolder: string | undefined;
  env: NodeJS.ProcessEnv;
};
export type DatabaseProgram = ServerProgram & { kind: DatabaseKind };

/** BullMQ asks for this. */
const OLDEST_REDIS = '6.2';

/**
 * Asks a MariaDB or MySQL for its version. Undefined when it does not run here (a library of it is
 * missing since the machine was upgraded) or is too old for the shop.
 */
export async function inspectDatabaseProgram(
  path: string,
  vendorFolder: string | undefined,
): Promise<DatabaseProgram | undefined> {
  const env = serverEnvironment(vendorFolder);
  // Without --no-defaults an option in /etc/mysql that this version does not know would end it
  // here.
  const answer = await askVersion(path, ['--no-defaults', '--version'], env);
  const version = /\bVer (\d+\.\d+\.\d+)/.exec(answer)?.[1];
  const kind = answer.includes('MariaDB') ? 'mariadb' : 'mysql';
  if (version === undefined || compareVersions(version, OLDEST_DATABASES[kind]) < 0) {
    return undefined;
  }
  return { path, kind, version, vendorFolder, env };
}

/** The same for a Redis or Valkey. */
export async function inspectRedisProgram(
  path: string,
  vendorFolder: string | undefined,
): Promise<ServerProgram | undefined> {
  const env = serverEnvironment(vendorFolder);
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(await askVersion(path, ['--version'], env))?.[1];
  if (version === undefined || compareVersions(version, OLDEST_REDIS) < 0) return undefined;
  return { path, version, vendorFolder, env };
}

/** Empty when the program can't be run. */
async function askVersion(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const asked = await runCommand(path, args, { env, timeoutMs: 20_000 });
  return asked.succeeded ? asked.stdout : '';
}

/**
 * Ends the message about an installed server that does not work: an unpacked one may. Empty for an
 * unpacked one.
 */
export function hintAtOtherProgram(program: ServerProgram): string {
  return program.vendorFolder === undefined
    ? ` (to use a private copy instead of ${program.path}, set ${IGNORE_SYSTEM_SERVERS}=1)`
    : '';
}

/**
 * What a server gets to see of our environment: the least, as our own variables hold secrets,
 * NOTIFY_SOCKET would let MariaDB answer to systemd in the shop's name, and MYSQL_* variables would
 * change its settings.
 */
function serverEnvironment(vendorFolder: string | undefined): NodeJS.ProcessEnv {
  const libraries = [
    ...(vendorFolder === undefined ? [] : libraryFolders(vendorFolder)),
    ...(process.env['LD_LIBRARY_PATH'] ?? '').split(':'),
  ].filter((folder) => folder !== '');
  return {
    PATH: process.env['PATH'],
    LC_ALL: 'C',
    ...(libraries.length > 0 && { LD_LIBRARY_PATH: libraries.join(':') }),
  };
}

/** Debian keeps libraries in a folder per architecture, such as usr/lib/x86_64-linux-gnu. */
function libraryFolders(vendorFolder: string): string[] {
  return ['usr/lib', 'lib']
    .map((parent) => join(vendorFolder, parent))
    .filter((parent) => existsSync(parent))
    .flatMap((parent) =>
      readdirSync(parent)
        .filter((name) => name.includes('-linux-'))
        .map((name) => join(parent, name)),
    );
}
