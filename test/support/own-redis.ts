import { startLocalStack, type LocalStack } from '../../src/platform/local-stack/local-stack.ts';

/** A Redis for those who flush and restart it; started again in the same folder, it has its data. */
export function startOwnRedis(dataDir: string): Promise<LocalStack> {
  return startLocalStack({
    dataDir,
    vendorDir: '.data/vendor',
    database: false,
    redis: true,
    log: () => undefined,
  });
}
