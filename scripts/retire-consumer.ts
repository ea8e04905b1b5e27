// Lets no event wait for a consumer that no build contains any more: npm run retire-consumer -- NAME
import { parseArgs } from 'node:util';
import { connectBesideShop } from '../src/connections.ts';
import { explainFailure, UsageError } from '../src/explain-failure.ts';
import { loadConfig } from '../src/platform/config/config.ts';
import { Database } from '../src/platform/database/database.ts';
import { retireConsumer } from '../src/platform/events/consumer-registry.ts';
import { say } from './support/say.ts';

async function retire(name: string): Promise<void> {
  // Not on a whole app: that does not start as long as the consumer is unknown to it.
  const { connections, close } = await connectBesideShop(loadConfig(process.env), say);
  const database = Database.open(connections.databaseUrl, 1);
  try {
    if (!(await retireConsumer(database, name))) {
      throw new UsageError(`there is no active consumer ${name}`);
    }
    say(`${name} is retired`);
  } finally {
    await database.close();
    await close();
  }
}

try {
  const [name] = parseArgs({ allowPositionals: true }).positionals;
  if (name === undefined) throw new UsageError('name the consumer to retire');
  await retire(name);
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exitCode = 1;
}
