import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLocalStack, type LocalStack } from '../../../src/platform/local-stack/local-stack.ts';

/** A server apart from those that other faults use, which goes away and comes back. */
export class RestartableServer {
  protected readonly folder: string;
  protected stack: LocalStack | undefined;
  readonly #which: 'database' | 'redis';

  /** @param folder of the server's own, on a disk: what is committed survives */
  constructor(folder: string, which: 'database' | 'redis') {
    this.folder = folder;
    this.#which = which;
  }

  /** @returns its address, the same one every time */
  async start(): Promise<string> {
    this.stack = await startLocalStack({
      dataDir: this.folder,
      vendorDir: '.data/vendor',
      database: this.#which === 'database',
      redis: this.#which === 'redis',
      durable: true,
      bufferPoolMegabytes: 32,
      log: () => undefined,
    });
    const url = this.stack.databaseUrl ?? this.stack.redisUrl;
    if (url === undefined) throw new Error(`there is no ${this.#which} to restart`);
    return url;
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await this.stack?.stop();
  }
}

export class RestartableDatabase extends RestartableServer {
  constructor(folder: string) {
    super(folder, 'database');
  }

  async kill(): Promise<void> {
    const { stack } = this;
    if (!stack) throw new Error('the server is not running');
    const ended = new Promise((resolve) => stack.onUnexpectedExit(resolve));
    const pid = Number(await readFile(join(this.folder, 'db', 'server.pid'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await ended;
    await stack.stop();
  }
}
