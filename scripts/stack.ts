import { parseArgs } from 'node:util';
import { LocalStackError, startLocalStack } from '../src/platform/local-stack/local-stack.ts';

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs only the shop's private MariaDB and Redis, for a look with other programs: `tsx
 * scripts/stack.ts [--data-dir .data]`.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'data-dir': { type: 'string', default: '.data' } } });
  const stack = await startLocalStack({
    dataDir: values['data-dir'],
    database: true,
    redis: true,
    log: say,
  });
  process.stdout.write(`DATABASE_URL=${stack.databaseUrl}\nREDIS_URL=${stack.redisUrl}\n`);

  const stop = async (exitCode: number): Promise<void> => {
    await stack.stop();
    process.exitCode = exitCode;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  stack.onUnexpectedExit((what) => {
    say(what);
    void stop(1);
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof LocalStackError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
