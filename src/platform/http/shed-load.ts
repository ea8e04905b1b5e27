import { overloaded } from '../errors/problem.ts';
import type { ShopServer } from './shop-server.ts';

/** Methods that change nothing: they are served from what is there, however much waits. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses new work with 503 and Retry-After while too much of the old waits: it would only wait
 * behind it, and the backlog would grow without bound.
 */
export function shedLoad(server: ShopServer, isOverloaded: () => boolean): void {
  server.addHook('onRequest', (request, _reply, done) => {
    if (!READS.has(request.method) && isOverloaded()) {
      done(overloaded('Too much is waiting to be done', { retryAfterSeconds: 2 }));
      return;
    }
    done();
  });
}
