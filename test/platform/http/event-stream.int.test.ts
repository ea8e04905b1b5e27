import { get } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/platform/config/config.ts';
import { defineProblem } from '../../../src/platform/errors/problem.ts';
import { sendEventStream, type StreamItem } from '../../../src/platform/http/event-stream.ts';
import { createShopServer, type ShopServer } from '../../../src/platform/http/shop-server.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { HOST_CLOCK } from '../../support/host-clock.ts';
import { eventually } from '../../support/eventually.ts';
import { openStream, type OpenStream } from '../../support/event-streams.ts';

const teapot = defineProblem('conflict', 'teapot', 'No coffee here');

/** What a route of the tests sends: what is told to it, until it ends or the client goes. */
class Source {
  readonly #waiting: (StreamItem | 'end')[] = [];
  #wake = () => {};
  isDone = false;

  tell(...items: (StreamItem | 'end')[]): void {
    this.#waiting.push(...items);
    this.#wake();
  }

  async *follow(signal: AbortSignal): AsyncGenerator<StreamItem, void> {
    signal.addEventListener('abort', () => this.#wake());
    try {
      while (!signal.aborted) {
        const item = this.#waiting.shift();
        if (item === 'end') return;
        if (item) yield item;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.isDone = true;
    }
  }
}

// oxlint-disable-next-line require-yield -- it fails before it gets so far
async function* refusing(): AsyncGenerator<StreamItem, void> {
  throw teapot();
}

describe('a stream of events', () => {
  let server: ShopServer;
  let url: string;
  let source: Source;
  const streams: OpenStream[] = [];

  beforeEach(async () => {
    server = await createShopServer(
      loadConfig({}).http,
      newId(),
      HOST_CLOCK,
      createLogger('silent'),
    );
    source = new Source();
    server.get('/stream', (request, reply) =>
      sendEventStream(request, reply, (signal) => source.follow(signal)),
    );
    server.get('/refusing', (request, reply) => sendEventStream(request, reply, () => refusing()));
    server.get('/breaking', (request, reply) =>
      sendEventStream(request, reply, async function* () {
        yield { event: 'one', data: 1 };
        throw teapot();
      }),
    );
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.leave();
    await server.close();
  });

  const open = async (path = '/stream') => {
    const stream = await openStream(`${url}${path}`);
    streams.push(stream);
    return stream;
  };

  it('is sent as it comes, and ends with its source', async () => {
    source.tell({ event: 'order', data: { text: 'two\nlines', at: 1 } });
    const stream = await open();
    expect(stream.status).toBe(200);
    expect(stream.headers['content-type']).toBe('text/event-stream');
    expect(stream.headers['cache-control']).toBe('no-store');
    expect(stream.headers['x-accel-buffering']).toBe('no');
    expect(await stream.next()).toEqual({ event: 'order', data: { text: 'two\nlines', at: 1 } });
    expect(server.openStreams.size).toBe(1);
    source.tell({ event: 'order', data: null }, { event: 'other', data: '새벽' });
    expect(await stream.next()).toEqual({ event: 'order', data: null });
    expect(await stream.next()).toEqual({ event: 'other', data: '새벽' });
    source.tell('end');
    expect(await stream.next()).toBeUndefined();
    await eventually(() => expect(server.openStreams.size).toBe(0));
  });

  it('may be empty', async () => {
    source.tell('end');
    expect(await (await open()).next()).toBeUndefined();
    await eventually(() => expect(server.openStreams.size).toBe(0));
  });

  it('that fails before its first item is answered like any other request', async () => {
    const response = await fetch(`${url}/refusing`);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 409, code: 'teapot' });
    expect(server.openStreams.size).toBe(0);
  });

  it('that fails later is cut, so that its client notices', async () => {
    const stream = await open('/breaking');
    expect(await stream.next()).toEqual({ event: 'one', data: 1 });
    await expect(stream.next()).rejects.toThrow('aborted');
    await eventually(() => expect(server.openStreams.size).toBe(0));
  });

  it('frees what it holds when its client leaves', async () => {
    source.tell({ event: 'order', data: 1 });
    const stream = await open();
    await stream.next();
    stream.leave();
    await eventually(() => {
      expect(server.openStreams.size).toBe(0);
      expect(source.isDone).toBe(true);
    });
  });

  it('frees what it holds when its client leaves before the first item', async () => {
    const request = get(`${url}/stream`).on('error', () => undefined);
    await eventually(() => expect(server.openStreams.size).toBe(1));
    request.destroy();
    await eventually(() => expect(server.openStreams.size).toBe(0));
    source.tell({ event: 'order', data: 1 });
    await eventually(() => {
      expect(server.openStreams.size).toBe(0);
      expect(source.isDone).toBe(true);
    });
  });

  it('stays open for nobody who asks for its head alone', async () => {
    source.tell({ event: 'order', data: 1 });
    const response = await fetch(`${url}/stream`, { method: 'HEAD' });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await eventually(() => {
      expect(server.openStreams.size).toBe(0);
      expect(source.isDone).toBe(true);
    });
  });

  it('ends when the server closes, which does not wait for it', async () => {
    source.tell({ event: 'order', data: 1 });
    const stream = await open();
    await stream.next();
    const closing = server.close();
    expect(await stream.next()).toBeUndefined();
    await closing;
    expect(server.openStreams.size).toBe(0);
  });

  it('is refused while too many are open', async () => {
    const others = Array.from({ length: 2000 }, () => new AbortController());
    for (const other of others) server.openStreams.add(other);
    const refused = await fetch(`${url}/stream`);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'overloaded' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    server.openStreams.delete(others[0] as AbortController);
    source.tell('end');
    expect((await open()).status).toBe(200);
  });
});
