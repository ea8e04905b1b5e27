import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The secret that signs access tokens: the configured one, or one that is made once and kept in the
 * data folder. Several instances with folders of their own need the configured one, or each would
 * refuse the others' tokens.
 */
export async function loadJwtSecret(
  configured: string | undefined,
  dataDir: string,
): Promise<string> {
  if (configured !== undefined) return configured;
  const folder = join(dataDir, 'secrets');
  const file = join(folder, 'jwt');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    // "wx": of two processes that start at once, one writes and both read the same.
    await writeFile(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFile(file, 'utf8');
}
