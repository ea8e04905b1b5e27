import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  chooseDatabaseProgram,
  chooseRedisProgram,
} from '../../../src/platform/local-stack/choose-programs.ts';
import { temporaryFolder } from './support.ts';

// The real archive is used whenever the packages are not in .data/vendor yet. Here apt-get and dpkg
// are stand-ins, so that they can fail at will.
const REDIS_PROGRAM = '#!/bin/sh\necho "Redis server v=7.0.15 sha=0"\n';
const APT = {
  works: `case "$*" in
    *--simulate*) echo "Inst redis-server (5:7.0.15 Debian:12 [amd64])" ;;
    *download*) touch redis-server.deb ;;
  esac`,
  lacksLists: `case "$*" in
    *Dir::State::lists=*) ;;
    *) echo "E: Unable to locate package redis-server" >&2; exit 100 ;;
  esac`,
  isOffline: `case "$*" in
    *--simulate*) echo "Inst redis-server (5:7.0.15 Debian:12 [amd64])" ;;
    *) echo "E: Failed to fetch http://deb.example/redis-server.deb  Could not connect" >&2; exit 100 ;;
  esac`,
  isUnknown: 'echo "E: Unable to locate package redis-server" >&2; exit 100',
};
const DPKG = {
  works: `mkdir -p "$3/usr/bin"
    printf '%s' '${REDIS_PROGRAM}' > "$3/usr/bin/redis-server"
    chmod +x "$3/usr/bin/redis-server"`,
  fillsTheDisk: 'echo "dpkg-deb: error: No space left on device" >&2; mkdir "$3/usr"; exit 2',
};

let vendorDir: string;
let tools: string;
let lines: string[];

beforeEach(() => {
  vendorDir = join(temporaryFolder(), 'vendor');
  tools = temporaryFolder();
  lines = [];
  vi.stubEnv('PATH', `${tools}:/usr/bin:/bin`);
  vi.stubEnv('SHOP_IGNORE_SYSTEM_SERVERS', '1');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function installTools(apt: string, dpkg: string): void {
  writeProgram(join(tools, 'apt-get'), `#!/bin/sh\necho "$*" >> "${tools}/calls"\n${apt}\n`);
  writeProgram(join(tools, 'dpkg'), `#!/bin/sh\n${dpkg}\n`);
}

function writeProgram(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

function choose() {
  return chooseRedisProgram({ vendorDir, log: (line) => lines.push(line) });
}

function unpackedFolders(): string[] {
  return readdirSync(vendorDir).filter((name) => !name.endsWith('.lock'));
}

describe('a server that is not installed', () => {
  test('is fetched once, also when two starts ask at the same time', async () => {
    installTools(APT.works, DPKG.works);
    const [first, second] = await Promise.all([choose(), choose()]);
    expect(first).toMatchObject({
      path: join(vendorDir, 'redis-server/usr/bin/redis-server'),
      version: '7.0.15',
    });
    expect(second).toEqual(first);
    expect(lines.toSorted()).toEqual([
      expect.stringMatching(/^fetching Redis /),
      expect.stringMatching(/^waiting for another start \(pid \d+\) that fetches Redis/),
    ]);
    expect(unpackedFolders()).toEqual(['redis-server']);
    expect(readdirSync(join(vendorDir, 'redis-server'))).toEqual(['usr']);
  });

  test('is fetched with package lists of its own where the machine has none', async () => {
    installTools(`${APT.lacksLists}\n${APT.works}`, DPKG.works);
    await choose();
    const calls = readFileSync(join(tools, 'calls'), 'utf8').split('\n');
    expect(calls.filter((call) => call.includes(' update '))).toHaveLength(1);
  });

  test('is fetched again after an interruption, and when it does not run any more', async () => {
    installTools(APT.works, DPKG.works);
    mkdirSync(join(vendorDir, 'unfinished-redis-server-killed/usr/bin'), { recursive: true });
    mkdirSync(join(vendorDir, 'redis-server/usr/bin'), { recursive: true });
    writeProgram(join(vendorDir, 'redis-server/usr/bin/redis-server'), '#!/bin/sh\nexit 127\n');
    expect(await choose()).toMatchObject({ version: '7.0.15' });
    expect(unpackedFolders()).toEqual(['redis-server']);
  });
});

describe('a server that can not be fetched', () => {
  test.each([
    [
      'without network',
      APT.isOffline,
      DPKG.works,
      /can't download redis-server and redis-tools .*network/,
    ],
    ['without the package', APT.isUnknown, DPKG.works, /Unable to locate package redis-server/],
    ['on a full disk', APT.works, DPKG.fillsTheDisk, /no space left/],
  ])('%s is a line that tells so, and leaves nothing half done', async (_, apt, dpkg, line) => {
    installTools(apt, dpkg);
    await expect(choose()).rejects.toThrow(line);
    expect(unpackedFolders()).toEqual([]);
  });

  test('for want of apt is a line that names the ways out', async () => {
    vi.stubEnv('PATH', tools);
    await expect(chooseDatabaseProgram(undefined, { vendorDir, log: () => {} })).rejects.toThrow(
      /no MariaDB was found.*docker compose up.*DATABASE_URL and REDIS_URL/,
    );
  });
});
