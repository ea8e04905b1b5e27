import { buildApp, type App } from '../../src/app.ts';
import { connectBesideShop } from '../../src/connections.ts';
import { explainFailure } from '../../src/explain-failure.ts';
import { loadConfig, type Config } from '../../src/platform/config/config.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { say } from './say.ts';

export type ScriptTools = { app: App; config: Config; say: (line: string) => void };

/**
 * Runs work on a whole app that does not listen: on the configured servers, on those of a shop that
 * runs in the data folder, or on embedded ones of its own. Ends the process with 1 when it fails.
 */
export async function runScript(work: (tools: ScriptTools) => Promise<void>): Promise<void> {
  try {
    const config = loadConfig(process.env);
    const { connections, close } = await connectBesideShop(config, say);
    try {
      const app = await buildApp(config, connections, createLogger(config.logLevel));
      try {
        await work({ app, config, say });
      } finally {
        await app.stop();
      }
    } finally {
      await close();
    }
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exitCode = 1;
  }
}
