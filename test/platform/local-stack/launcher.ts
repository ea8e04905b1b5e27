import { startLocalStack } from '../../../src/platform/local-stack/local-stack.ts';

// Run by the tests as a process that can be killed: starts a stack, prints where it is, ignores
// Ctrl-C and stays.
const [dataDir = '', vendorDir = ''] = process.argv.slice(2);
process.on('SIGINT', () => {});
const stack = await startLocalStack({
  dataDir,
  vendorDir,
  database: true,
  redis: true,
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${stack.databaseUrl} ${stack.redisUrl}\n`);
