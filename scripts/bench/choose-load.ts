import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { findPrograms } from '../../src/platform/local-stack/find-programs.ts';
import { LocalStackError } from '../../src/platform/local-stack/local-stack-error.ts';
import { fillVendorFolder, vendorFolderOf } from '../../src/platform/local-stack/vendor-folder.ts';
import { autocannonLoad } from './autocannon-load.ts';
import type { GenerateLoad } from './load.ts';
import { wrkLoad } from './wrk-load.ts';

/**
 * wrk when it is installed or can be fetched from Debian's packages, else autocannon. The choice is
 * said, as figures of the two do not compare.
 */
export async function chooseLoad(
  vendorDir: string,
  say: (line: string) => void,
): Promise<GenerateLoad> {
  const [installed] = findPrograms(['wrk']);
  if (installed !== undefined) return wrkLoad(installed, process.env);
  const folder = vendorFolderOf(vendorDir, ['wrk']);
  const program = join(folder, 'usr/bin/wrk');
  try {
    await fillVendorFolder({
      vendorDir,
      packageNames: ['wrk'],
      product: 'the load generator wrk',
      downloadMegabytes: 1,
      isUsable: () => Promise.resolve(existsSync(program)),
      log: say,
    });
  } catch (error) {
    if (!(error instanceof LocalStackError)) throw error;
    say(
      `${error.message}\nusing autocannon, which takes more of the machine: expect lower figures`,
    );
    return autocannonLoad();
  }
  return wrkLoad(program, {
    ...process.env,
    LD_LIBRARY_PATH: libraryFolders(folder).join(':'),
  });
}

/** usr/lib/x86_64-linux-gnu and the like, whatever the machine's architecture. */
function libraryFolders(folder: string): string[] {
  const base = join(folder, 'usr/lib');
  if (!existsSync(base)) return [];
  return readdirSync(base).map((name) => join(base, name));
}
