import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/platform/config/config.ts';
import { createShopServer, type ShopServer } from '../../../src/platform/http/shop-server.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { HOST_CLOCK } from '../../support/host-clock.ts';

describe('a server that closes', () => {
  let server: ShopServer;
  let port: number;
  let answer: () => void;

  beforeEach(async () => {
    server = await createShopServer(
      loadConfig({}).http,
      newId(),
      HOST_CLOCK,
      createLogger('silent'),
    );
    const answered = new Promise<void>((resolve) => (answer = resolve));
    server.get('/slow', async () => {
      await answered;
      return 'done';
    });
    port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterEach(() => server.close());

  it('does not wait for connections on which nothing was ever asked', async () => {
    const accepted = once(server.server, 'connection');
    const silent = connect(port, '127.0.0.1');
    await accepted;
    await server.close();
    silent.resume();
    if (!silent.closed) await once(silent, 'close');
    expect(silent.closed).toBe(true);
  });

  it('waits for the answer to what was asked', async () => {
    const asked = once(server.server, 'request');
    const response = fetch(`http://127.0.0.1:${port}/slow`);
    await asked;
    const closing = server.close();
    answer();
    expect(await (await response).text()).toBe('done');
    await closing;
  });
});
