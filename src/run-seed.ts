import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import type { Connections } from './app.ts';
import type { Config } from './platform/config/config.ts';

/**
 * Fills the shop with demonstration data in a process of its own, the same as `npm run seed`: what
 * drawing and importing takes in memory is gone with it.
 */
export async function runSeed(
  products: number,
  config: Config,
  { databaseUrl, redisUrl }: Connections,
): Promise<void> {
  // The sources run the sources, the build runs the build.
  const program = new URL(`../scripts/seed${extname(import.meta.url)}`, import.meta.url);
  const child = spawn(
    process.execPath,
    [...process.execArgv, program.pathname, '--products', String(products)],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        SHOP_DATA_DIR: config.dataDir,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl,
      },
    },
  );
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code !== 0) throw new Error(`the demonstration data failed (${code ?? signal})`);
}
