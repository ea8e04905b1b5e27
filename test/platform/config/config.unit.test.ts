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

  it('takes payments only through providers whose key it has', () => {
    expect(loadConfig({}).payments).toEqual({
      toss: undefined,
      kakaopay: undefined,
      storefrontUrl: 'http://localhost:3000',
      callTimeoutMs: 15_000,
    });
    const { payments } = loadConfig({
      TOSS_SECRET_KEY: 'test_sk_1',
      TOSS_API_URL: 'http://127.0.0.1:4000/',
      KAKAOPAY_SECRET_KEY: 'DEV1',
      SHOP_STOREFRONT_URL: 'https://shop.example/ko//',
    });
    expect(payments).toMatchObject({
      toss: { url: 'http://127.0.0.1:4000', secretKey: 'test_sk_1' },
      kakaopay: { url: 'https://open-api.kakaopay.com', secretKey: 'DEV1', cid: 'TC0ONETIME' },
      storefrontUrl: 'https://shop.example/ko',
    });
  });

  it('gives orders their times', () => {
    expect(loadConfig({}).orders).toMatchObject({
      paymentWindowMs: 900_000,
      placementTimeoutMs: 60_000,
      confirmTimeoutMs: 120_000,
      sweepMs: 1000,
    });
  });

  it('refuses keys that no HTTP header can carry, without repeating them', () => {
    const load = () => loadConfig({ TOSS_SECRET_KEY: 'sk_1\n', KAKAOPAY_SECRET_KEY: '열쇠' });
    expect(load).toThrow(/^TOSS_SECRET_KEY must/m);
    expect(load).toThrow(/^KAKAOPAY_SECRET_KEY must/m);
    expect(load).not.toThrow(/sk_1|열쇠/);
  });

  it.each([
    [{ SHOP_OWNER_LOGIN_ID: 'owner' }, 'must be set together'],
    [{ SHOP_EVENTS_HEARTBEAT_MS: '5000' }, 'SHOP_EVENTS_LEASE_MS must be at least three times'],
    [{ SHOP_CONFIRM_TIMEOUT_MS: '9000' }, 'must be above SHOP_PAYMENT_CALL_TIMEOUT_MS'],
    [{ KAKAOPAY_API_URL: 'open-api.kakaopay.com' }, 'KAKAOPAY_API_URL must'],
    [{ SHOP_TIME_ZONE: 'Mars/Olympus' }, 'SHOP_TIME_ZONE must be an IANA time zone'],
  ])('refuses %j', (environment, message) => {
    expect(() => loadConfig(environment as Record<string, string>)).toThrow(message);
  });
});
