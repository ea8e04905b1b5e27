import { setTimeout as pause } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { overloaded } from '../errors/problem.ts';

/** Streams that one process keeps open at the most; each holds a socket and some memory. */
const MAX_STREAMS = 2000;
/** Proxies close connections that say nothing for long. */
const KEEP_ALIVE_MS = 15_000;
/** A line that starts with a colon is a comment: clients skip it. */
const COMMENT = ':\n\n';

export type StreamItem = { event: string; data: unknown };

/** What follows something until its signal is aborted. */
export type StreamSource = (signal: AbortSignal) => AsyncGenerator<StreamItem, void>;

declare module 'fastify' {
  interface FastifyInstance {
    openStreams: Set<AbortController>;
  }
}

/** Ends all streams when the server closes; it would wait for them otherwise. */
export function allowEventStreams(server: FastifyInstance): void {
  server.decorate('openStreams', new Set<AbortController>());
  server.addHook('preClose', async () => server.openStreams.forEach((gone) => gone.abort()));
}

/** A stream among a route's responses, for the OpenAPI document. */
export const eventStreamSchema = (description: string) => ({
  description,
  content: { 'text/event-stream': { schema: Type.String() } },
});

/**
 * Answers with Server-Sent Events (WHATWG HTML, "Server-sent events"): each item as it comes, until
 * there are no more or the client goes. What fails before the first item is answered as any other
 * error. Throws `overloaded` when too many streams are open.
 */
export async function sendEventStream(
  { server }: FastifyRequest,
  reply: FastifyReply,
  follow: StreamSource,
): Promise<void> {
  const { openStreams } = server;
  if (openStreams.size >= MAX_STREAMS) throw overloaded();
  const gone = new AbortController();
  const end = () => {
    openStreams.delete(gone);
    gone.abort();
  };
  openStreams.add(gone);
  // The response's end and not the stream's: that one waits for the next item before it closes.
  reply.raw.once('close', end);
  if (reply.raw.destroyed) end();
  try {
    const items = follow(gone.signal);
    const first = await items.next();
    const stream = Readable.from(toText(first, items));
    await reply
      .type('text/event-stream')
      .header('cache-control', 'no-store')
      // nginx would collect the events and pass them on late.
      .header('x-accel-buffering', 'no')
      // A server that closes would wait for the client to hang up once the stream has ended.
      .header('connection', 'close')
      .send(stream);
  } catch (error) {
    end();
    throw error;
  }
}

async function* toText(
  first: IteratorResult<StreamItem, void>,
  items: AsyncGenerator<StreamItem, void>,
): AsyncGenerator<string> {
  let item = first;
  while (!item.done) {
    const { event, data } = item.value;
    yield `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    const next = items.next();
    let quiet = await withinKeepAlive(next);
    while (quiet) {
      yield COMMENT;
      quiet = await withinKeepAlive(next);
    }
    item = await next;
  }
}

/** @returns true when nothing came for as long as a connection may be silent */
async function withinKeepAlive(next: Promise<unknown>): Promise<boolean> {
  const waiting = new AbortController();
  const silence = pause(KEEP_ALIVE_MS, true, { signal: waiting.signal }).catch(() => false);
  try {
    return await Promise.race([next.then(() => false), silence]);
  } finally {
    waiting.abort();
  }
}
