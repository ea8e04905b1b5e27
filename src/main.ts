import 'reflect-metadata';
import { buildApp, type App, type Connections } from './app.ts';
import { connect } from './connections.ts';
import { explainFailure } from './explain-failure.ts';
import { loadConfig, type Config } from './platform/config/config.ts';
import { createLogger, type Logger } from './platform/logging/logger.ts';
import { runSeed } from './run-seed.ts';
import { stopWithParent } from './stop-with-parent.ts';
import { welcome } from './welcome.ts';

/** What has been started so far; stopped in reverse. */
const started: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function start(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel);
  handleSignals(log);

  const { connections, onLost, close } = await connect(config, say);
  started.push(close);
  onLost((what) => {
    log.fatal(`${what} ended by itself; stopping`);
    void exit(1);
  });
  const app = await buildApp(config, connections, log);
  started.push(app.stop);
  await seedWhenEmpty(app, config, connections);
  const address = await listen(app, config.http);
  for (const line of welcome(config, address)) say(line);
}

async function seedWhenEmpty(app: App, config: Config, connections: Connections): Promise<void> {
  const { demo, products } = config.seed;
  if (!demo || (await app.modules.catalog.countProducts()) >= products) return;
  await runSeed(products, config, connections);
}

async function listen({ server }: App, { host, port }: Config['http']): Promise<string> {
  await server.listen({ host, port });
  // Port 0 takes a free one: say which.
  const bound = server.server.address();
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
  if (process.env.npm_lifecycle_event !== undefined) stopWithParent(() => void exit(0));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an unexpected error; stopping');
    void exit(1);
  });
}

async function exit(code: number): Promise<void> {
  stopping ??= stopInReverse();
  await stopping;
  process.exit(code);
}

async function stopInReverse(): Promise<void> {
  for (const stopPart of started.toReversed()) {
    await stopPart();
  }
}

try {
  await start();
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  await exit(1);
}
