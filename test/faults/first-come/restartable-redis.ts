import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { present } from '../support/fault.ts';
import { RestartableServer } from '../support/restartable-server.ts';

/** Which part of its log Redis loses at the most: some seconds of a campaign, stored claims included. */
const MOST_CUT = 0.5;

/** A Redis that is killed, loses the end of its log, or forgets everything. */
export class RestartableRedis extends RestartableServer {
  #url = '';
  #pid = 0;

  constructor(folder: string) {
    super(folder, 'redis');
  }

  override async start(): Promise<string> {
    this.#url = await super.start();
    await this.#use(async (redis) => {
      this.#pid = Number(/^process_id:(\d+)/m.exec(await redis.info('server'))?.[1]);
    });
    return this.#url;
  }

  async flush(): Promise<void> {
    await this.#use((redis) => redis.flushall());
  }

  async kill(): Promise<void> {
    const stack = present(this.stack);
    const ended = new Promise((resolve) => stack.onUnexpectedExit(resolve));
    process.kill(this.#pid, 'SIGKILL');
    await ended;
    await stack.stop();
  }

  /** What a power cut does to a server that writes its log out every second. */
  async cutLog(): Promise<void> {
    const logs = join(this.folder, 'redis', 'appendonlydir');
    const name = present((await readdir(logs)).find((file) => file.endsWith('.incr.aof')));
    const { size } = await stat(join(logs, name));
    const log = await open(join(logs, name), 'r+');
    try {
      await log.truncate(Math.floor(size * (1 - Math.random() * MOST_CUT)));
    } finally {
      await log.close();
    }
  }

  async #use(work: (redis: Redis) => Promise<unknown>): Promise<void> {
    const redis = new Redis(this.#url);
    try {
      await work(redis);
    } finally {
      redis.disconnect();
    }
  }
}
