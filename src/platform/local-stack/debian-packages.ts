import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, type CommandResult } from './child-process.ts';
import { LocalStackError, noSpaceError, WITHOUT_LOCAL_STACK } from './local-stack-error.ts';

const MINUTE_MS = 60_000;

const APT_OPTIONS = [
  'Debug::NoLocking=1', // We change nothing of the system's, and may not be allowed to lock.
  'Acquire::Retries=2',
  'Acquire::http::Timeout=20',
  'Acquire::https::Timeout=20',
  'Acquire::Languages=none',
  'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false',
  'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
  // As root apt would download as the user _apt, who may not enter our folder.
  ...(process.getuid?.() === 0 ? ['APT::Sandbox::User=root'] : []),
];

/**
 * Unpacks Debian packages and those of their dependencies that this machine lacks into `folder`,
 * which must exist and be empty. Works for any user: nothing is installed, no package script runs,
 * no service starts. Uses the system's package lists, or fresh ones in a folder of its own when
 * those are missing or outdated.
 *
 * @throws LocalStackError without apt, network or disk space
 */
export async function unpackDebianPackages(
  packageNames: readonly string[],
  folder: string,
): Promise<void> {
  const work = join(folder, '.work');
  const downloads = join(work, 'downloads');
  mkdirSync(downloads, { recursive: true });
  const withSystemLists = await download(packageNames, downloads, []);
  if (!withSystemLists.succeeded) {
    const ownLists = [
      `Dir::State::lists=${join(work, 'lists')}`,
      `Dir::Cache=${join(work, 'cache')}`,
    ];
    mkdirSync(join(work, 'lists/partial'), { recursive: true });
    mkdirSync(join(work, 'cache/archives/partial'), { recursive: true });
    // A source that fails does not matter as long as the package is in another one: the download
    // decides.
    const update = await aptGet(['update', '-q'], ownLists, work, 5 * MINUTE_MS);
    const withOwnLists = await download(packageNames, downloads, ownLists);
    if (!withOwnLists.succeeded) throw explainApt(packageNames, folder, [update, withOwnLists]);
  }
  for (const file of readdirSync(downloads)) {
    if (!file.endsWith('.deb')) continue;
    // They share folders, and the first one is most of the work.
    const unpacked = await runCommand('dpkg', ['-x', join(downloads, file), folder], {
      env: aptEnvironment(),
      timeoutMs: 5 * MINUTE_MS,
    });
    if (!unpacked.succeeded) throw explainApt(packageNames, folder, [unpacked]);
  }
  rmSync(work, { recursive: true, force: true });
}

/**
 * Downloads what `apt-get install` would install: the packages and their dependencies without what
 * is already here. Also packages that are installed, as their program was not usable.
 */
async function download(
  packageNames: readonly string[],
  folder: string,
  aptOptions: readonly string[],
): Promise<CommandResult> {
  const simulation = await aptGet(
    ['install', '--simulate', '--no-install-recommends', ...packageNames],
    aptOptions,
    folder,
    MINUTE_MS,
  );
  if (!simulation.succeeded) return simulation;
  // "Inst redis-server (5:7.0.15 Debian:12/stable [amd64])", with "[old version]" before the
  // bracket for an upgrade.
  const missing = [...simulation.stdout.matchAll(/^Inst (\S+)(?: \[[^\]]*\])? \((\S+) /gm)].map(
    ([, name, version]) => `${name}=${version}`,
  );
  const installed = packageNames.filter(
    (name) => !missing.some((versioned) => versioned.startsWith(`${name}=`)),
  );
  return aptGet(['download', ...missing, ...installed], aptOptions, folder, 10 * MINUTE_MS);
}

function aptGet(
  args: readonly string[],
  options: readonly string[],
  cwd: string,
  timeoutMs: number,
): Promise<CommandResult> {
  const optionArgs = [...APT_OPTIONS, ...options].flatMap((option) => ['-o', option]);
  return runCommand('apt-get', [...optionArgs, ...args], { cwd, env: aptEnvironment(), timeoutMs });
}

/** With proxy settings and the like, but speaking English, as its output is read here. */
function aptEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
}

function explainApt(
  packageNames: readonly string[],
  folder: string,
  results: readonly CommandResult[],
): LocalStackError {
  const wanted = packageNames.join(' and ');
  const output = results.map((result) => `${result.stdout}\n${result.stderr}`).join('\n');
  if (/No space left|enough free space|Disk quota/i.test(output)) return noSpaceError(folder);
  if (/Failed to fetch|Could not (?:connect|resolve)|Temporary failure|unreachable/i.test(output)) {
    return new LocalStackError(
      `can't download ${wanted} from the Debian archive: check the network (or the proxy settings) and start again, or ${WITHOUT_LOCAL_STACK}`,
    );
  }
  const reason =
    /^(?:E: |dpkg(?:-deb)?: error: )(.*)$/m.exec(output)?.[1] ?? results.at(-1)?.ending;
  return new LocalStackError(
    `can't get ${wanted} from the Debian archive (${reason}): ${WITHOUT_LOCAL_STACK}`,
  );
}
