import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../../src/platform/config/config.ts';

describe('the configuration', () => {
  it('needs nothing: every variable has a default', () => {
    const config = loadConfig({});
    expect(config.http).toEqual({
      host: '127.0.0.1',
      port: 3000,
      rateLimit: true,
      trustProxy: false,
    });
    expect(config.seed.demo).toBe(true);
    expect(config.owner).toBeUndefined();
  });

  it('names all faults at once, and repeats no value', () => {
    const load = () =>
      loadConfig({
        PORT: 'secret-port',
        DATABASE_URL: 'postgres://secret',
        SHOP_JWT_SECRET: 'secret',
        SHOP_SHIPPING_AMOUNT: '-1',
      });
    expect(load).toThrow(ConfigError);
    for (const name of ['PORT', 'DATABASE_URL', 'SHOP_JWT_SECRET', 'SHOP_SHIPPING_AMOUNT']) {
      expect(load).toThrow(new RegExp(`^${name} must`, 'm'));
    }
    expect(load).not.toThrow(/secret-port|postgres/);
  });

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig({ PORT: '', SHOP_OWNER_LOGIN_ID: '' }).http.port).toBe(3000);
  });

  it('starts a shop on a server of its own without demonstration data, unless asked', () => {
    const url = { DATABASE_URL: 'mysql://user@db/shop' };
    expect(loadConfig(url).seed.demo).toBe(false);
    expect(loadConfig({ ...url, SHOP_SEED: 'demo' }).seed.demo).toBe(true);
  });

  it.each([
    [{ SHOP_OWNER_LOGIN_ID: 'owner' }, 'must be set together'],
    [{ SHOP_EVENTS_HEARTBEAT_MS: '5000' }, 'SHOP_EVENTS_LEASE_MS must be at least three times'],
    [{ SHOP_TIME_ZONE: 'Mars/Olympus' }, 'SHOP_TIME_ZONE must be an IANA time zone'],
  ])('refuses %j', (environment, message) => {
    expect(() => loadConfig(environment as Record<string, string>)).toThrow(message);
  });
});
