import type { Redis } from '../cache/redis.ts';
import { firstComeUnavailable } from './first-come.errors.ts';
import { ENTER, OPEN, PUBLISH, REFRESH, TAKE } from './gate-scripts.ts';

type Script = (...args: (string | number)[]) => Promise<unknown>;
type GateClient = Redis &
  Record<'gateEnter' | 'gateTake' | 'gatePublish' | 'gateOpen' | 'gateRefresh', Script>;

/** A server that says nothing for so long counts as away. */
const COMMAND_TIMEOUT_MS = 2000;
const LOADING_RETRY_MS = 100;

/**
 * A connection whose commands fail at once while Redis is away, instead of waiting for it: those who
 * claim are told so. It knows which run of the server it speaks to.
 */
export class GateConnection {
  readonly #client: GateClient;
  #run: string | undefined;
  #isClosed = false;

  /** @param redis says where the server is; not used itself */
  constructor(redis: Redis) {
    this.#client = redis.duplicate({
      lazyConnect: true,
      enableOfflineQueue: false,
      // What was on the way when the connection broke fails with it; sending it again on the next
      // one could reach a server that has lost what went before.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      commandTimeout: COMMAND_TIMEOUT_MS,
      // Of a server that still reads its file; without a bound it is asked again after up to 10 s.
      maxLoadingRetryTime: LOADING_RETRY_MS,
      scripts: {
        gateEnter: { lua: ENTER, numberOfKeys: 3 },
        gateTake: { lua: TAKE, numberOfKeys: 2 },
        gatePublish: { lua: PUBLISH, numberOfKeys: 3 },
        gateOpen: { lua: OPEN, numberOfKeys: 1 },
        gateRefresh: { lua: REFRESH, numberOfKeys: 4 },
      },
    }) as GateClient;
    // The shop's own connection reports an outage.
    this.#client.on('error', () => undefined);
    this.#client.on('close', () => {
      this.#run = undefined;
    });
  }

  /** Connects, and again whenever the connection is lost. Resolves when the first try is over. */
  async open(): Promise<void> {
    const isFirstOver = new Promise<void>((resolve) => {
      this.#client.on('ready', () => void this.#learnRun().then(resolve));
      this.#client.once('close', resolve);
    });
    // Tried again by itself.
    this.#client.connect().catch(() => undefined);
    await isFirstOver;
  }

  get isUp(): boolean {
    return this.#run !== undefined;
  }

  /** The id of the server's present run. Throws `first_come_unavailable` while it is away. */
  get run(): string {
    if (this.#run === undefined) throw firstComeUnavailable();
    return this.#run;
  }

  /** Runs commands; whatever fails in them is `first_come_unavailable`, with its cause. */
  async use<T>(commands: (client: GateClient, run: string) => Promise<T>): Promise<T> {
    const { run } = this;
    try {
      return await commands(this.#client, run);
    } catch (error) {
      const problem = firstComeUnavailable();
      problem.cause = error;
      throw problem;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#client.disconnect();
  }

  async #learnRun(): Promise<void> {
    try {
      const info = await this.#client.info('server');
      this.#run = /^run_id:(\w+)/m.exec(info)?.[1] ?? '';
    } catch {
      // The connection went again, or the server is too slow to be of use: begin anew.
      if (!this.#isClosed) this.#client.disconnect(true);
    }
  }
}
