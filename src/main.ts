import 'reflect-metadata';
import { buildApp, type App, type Connections } from './app.ts';
import { ConfigError, loadConfig, type Config } from './platform/config/config.ts';
import { LocalStackError } from './platform/local-stack/local-stack-error.ts';
import { startLocalStack, type LocalStack } from './platform/local-stack/local-stack.ts';
import { createLogger, type Logger } from './platform/logging/logger.ts';
import { welcome } from './welcome.ts';

/** What has been started so far, in order; stopped in reverse. */
const running: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const stopPart of running.toReversed()) {
      // oxlint-disable-next-line no-await-in-loop
      await stopPart();
    }
  })();
  return stopping;
}

async function start(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel);
  handleSignals(log);

  const connections = await connect(config, log);
  const app = await buildApp(config, connections, log);
  running.push(() => app.stop());
  if (config.seed.demo) await seed(app, config);
  const address = await listen(app, config);
  for (const line of welcome(config, address)) say(line);
}

async function seed(app: App, config: Config): Promise<void> {
  // Loaded here, so that a shop without demonstration data never reads it.
  const { seedDemoShop } = await import('../scripts/seed/seed-demo-shop.ts');
  const settings = { dataDir: config.dataDir, products: config.seed.products };
  await seedDemoShop(app, settings, say);
}

/** Uses the servers that are configured, and brings up the embedded ones for the rest. */
async function connect(config: Config, log: Logger): Promise<Connections> {
  const { database, redis, dataDir } = config;
  if (database.url !== undefined && redis.url !== undefined) {
    return { databaseUrl: database.url, redisUrl: redis.url };
  }
  const stack = await startLocalStack({
    dataDir,
    database: database.url === undefined,
    redis: redis.url === undefined,
    log: say,
  });
  running.push(() => stack.stop());
  stack.onUnexpectedExit((what) => {
    log.fatal(`${what} ended by itself; stopping`);
    void exit(1);
  });
  return connectionsOf(config, stack);
}

function connectionsOf(config: Config, stack: LocalStack): Connections {
  const databaseUrl = config.database.url ?? stack.databaseUrl;
  const redisUrl = config.redis.url ?? stack.redisUrl;
  if (databaseUrl === undefined || redisUrl === undefined) {
    throw new Error('the embedded servers gave no address');
  }
  return { databaseUrl, redisUrl };
}

async function listen(app: App, config: Config): Promise<string> {
  const { host, port } = config.http;
  await app.server.listen({ host, port });
  // Port 0 takes a free one: say which.
  const bound = app.server.server.address();
  const address = `http://${host}:${typeof bound === 'object' ? bound?.port : port}`;
  say(`listening on ${address}`);
  return address;
}

function handleSignals(log: Logger): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The second time it is meant: whatever still runs is given up.
      if (stopping) process.exit(1);
      void exit(0);
    });
  }
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an unexpected error; stopping');
    void exit(1);
  });
}

async function exit(code: number): Promise<void> {
  await stop();
  process.exit(code);
}

/** One clear line for what a person can mend; the whole error for what is our own fault. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The configuration is not usable:\n${error.message}`;
  if (error instanceof LocalStackError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `The port is taken: ${message}. Set PORT to another one.`;
  if (code === 'EACCES') return `Not allowed: ${message}`;
  return error instanceof Error ? (error.stack ?? message) : String(error);
}

try {
  await start();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  await exit(1);
}
