import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/platform/config/config.ts';
import { registerHealth } from '../../../src/platform/http/health.ts';
import { createShopServer, type ShopServer } from '../../../src/platform/http/shop-server.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { HOST_CLOCK } from '../../support/host-clock.ts';

describe('an instance', () => {
  let server: ShopServer;
  let isUp: boolean;
  let warnings: string[];

  beforeEach(async () => {
    isUp = true;
    warnings = [];
    server = await createShopServer(
      loadConfig({}).http,
      newId(),
      HOST_CLOCK,
      createLogger('silent'),
    );
    const check = async () => {
      if (!isUp) throw new Error('away');
    };
    registerHealth(server, [{ name: 'database', check }], () => warnings);
  });
  afterEach(() => server.close());

  const ask = async () => {
    const answer = await server.inject({ url: '/health/ready' });
    return [answer.statusCode, answer.json()];
  };

  it('is ready when all it needs answers', async () => {
    expect(await ask()).toEqual([
      200,
      { status: 'ready', checks: { database: 'up' }, warnings: [] },
    ]);
  });

  it('is ready with a warning, too', async () => {
    warnings = ['something is odd'];
    expect(await ask()).toEqual([200, { status: 'ready', checks: { database: 'up' }, warnings }]);
  });

  it('is not ready when something is away', async () => {
    isUp = false;
    warnings = ['something is odd'];
    expect(await ask()).toEqual([
      503,
      { status: 'not_ready', checks: { database: 'down' }, warnings },
    ]);
  });
});
