import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findPrograms } from './find-programs.ts';
import { unpackDebianPackages } from './debian-packages.ts';
import { tryLockFile, type FileLock } from './folder-lock.ts';
import { FIRST_START_MEGABYTES, requireFreeSpace } from './free-space.ts';
import { LocalStackError, WITHOUT_LOCAL_STACK } from './local-stack-error.ts';
import { poll } from './poll.ts';

const UNFINISHED = 'unfinished-';
const LONGEST_WAIT_MS = 15 * 60_000;

type PackageNames = readonly [string, ...string[]];

/** Where packages are or would be unpacked. The folder appears complete or not at all. */
export function vendorFolderOf(vendorDir: string, [packageName]: PackageNames): string {
  return join(vendorDir, packageName);
}

export type VendorRequest = {
  vendorDir: string;
  packageNames: PackageNames;
  /** For progress lines: `MariaDB`. */
  product: string;
  downloadMegabytes: number;
  /** Whether what another start unpacked in the meantime can be used. */
  isUsable: () => Promise<boolean>;
  log: (line: string) => void;
};

/**
 * Unpacks Debian packages into their vendor folder, in place of one that is not usable (any more).
 * Unpacks beside it and renames at the end, so that an interruption leaves nothing that looks
 * complete. Starts that share the folder wait for each other and download once.
 *
 * @throws LocalStackError when this machine has no apt, no network or no disk space
 */
export async function fillVendorFolder(request: VendorRequest): Promise<void> {
  const { vendorDir, packageNames, product, log } = request;
  if (findPrograms(['apt-get']).length === 0 || findPrograms(['dpkg']).length === 0) {
    throw new LocalStackError(
      `no ${product} was found, and there is no apt to fetch it with: install it, ${WITHOUT_LOCAL_STACK}`,
    );
  }
  mkdirSync(vendorDir, { recursive: true });
  const lock = await lockVendorPackage(request);
  try {
    if (await request.isUsable()) return;
    await requireFreeSpace(vendorDir, FIRST_START_MEGABYTES);
    const prefix = `${UNFINISHED}${packageNames[0]}-`;
    removeUnfinished(vendorDir, prefix);
    log(
      `fetching ${product} from the Debian archive (${request.downloadMegabytes} MB, only once) …`,
    );
    const unfinished = mkdtempSync(join(vendorDir, prefix));
    try {
      await unpackDebianPackages(packageNames, unfinished);
      const folder = vendorFolderOf(vendorDir, packageNames);
      rmSync(folder, { recursive: true, force: true });
      renameSync(unfinished, folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  } finally {
    lock.release();
  }
}

function lockVendorPackage(request: VendorRequest): Promise<FileLock> {
  const { vendorDir, packageNames, product, log } = request;
  const file = `${vendorFolderOf(vendorDir, packageNames)}.lock`;
  let announced = false;
  return poll(100, (elapsedMs) => {
    const lock = tryLockFile(file);
    if (lock.isHeld) return lock;
    if (elapsedMs > LONGEST_WAIT_MS) {
      throw new LocalStackError(
        `another start (pid ${lock.pid}) has been fetching ${product} into ${vendorDir} for too long: end it and start again`,
      );
    }
    if (!announced) log(`waiting for another start (pid ${lock.pid}) that fetches ${product} …`);
    announced = true;
    return undefined;
  });
}

/** What interrupted starts left; nobody is at work on it, as we hold the lock. */
function removeUnfinished(vendorDir: string, prefix: string): void {
  for (const name of readdirSync(vendorDir)) {
    if (name.startsWith(prefix)) {
      rmSync(join(vendorDir, name), { recursive: true, force: true });
    }
  }
}
