import { setTimeout as pause } from 'node:timers/promises';
import { createApiClient, type Answer, type RequestOptions } from '../../support/api-client.ts';

/** Whatever goes wrong, a client has its answer within this time. */
const ANSWERED_WITHIN_MS = 300_000;
const ASK_AGAIN_MS = 20;

/** What orders are placed through: an instance's address, or all of them. */
export type OrderDesk = Record<'get' | 'post', Ask>;
type Ask = (path: string, options?: RequestOptions) => Promise<Answer>;

/**
 * The door of a shop of several instances, as a load balancer is: each request goes to any instance
 * that runs. One that is not answered, or told to come back, is sent again.
 */
export class ShopFront implements OrderDesk {
  readonly #urls = new Set<string>();
  #unavailable = 0;
  #unanswered = 0;

  open(url: string): void {
    this.#urls.add(url);
  }

  close(url: string): void {
    this.#urls.delete(url);
  }

  /** Requests that were told to come back (503), and requests that got no answer at all. */
  get troubles(): { unavailable: number; unanswered: number } {
    return { unavailable: this.#unavailable, unanswered: this.#unanswered };
  }

  get: Ask = (path, options) => this.#ask('get', path, options);
  post: Ask = (path, options) => this.#ask('post', path, options);

  async #ask(method: 'get' | 'post', path: string, options?: RequestOptions): Promise<Answer> {
    const deadline = performance.now() + ANSWERED_WITHIN_MS;
    for (;;) {
      const answer = await this.#askOnce(method, path, options);
      if (answer && !this.#isToComeBack(answer)) return answer;
      if (performance.now() > deadline) {
        const last = JSON.stringify(answer?.body) ?? 'nothing';
        throw new Error(`${method} ${path} was not answered in time, at last with ${last}`);
      }
      await pause(ASK_AGAIN_MS);
    }
  }

  /** Undefined when the instance went away before it answered, or when there is none. */
  async #askOnce(
    method: 'get' | 'post',
    path: string,
    options?: RequestOptions,
  ): Promise<Answer | undefined> {
    const url = [...this.#urls][Math.floor(Math.random() * this.#urls.size)];
    if (url === undefined) return undefined;
    try {
      return await createApiClient(url)[method](path, options);
    } catch (error) {
      // How fetch says that the connection broke.
      if (!(error instanceof TypeError)) throw error;
      this.#unanswered += 1;
      return undefined;
    }
  }

  #isToComeBack({ status, body }: Answer): boolean {
    if (status === 503) this.#unavailable += 1;
    return status === 503 || (status === 409 && body.code === 'idempotency_in_flight');
  }
}
