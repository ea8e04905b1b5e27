import { Type, type Static } from 'typebox';

const text = (description: string, options: { default?: string; pattern?: string } = {}) =>
  Type.String({ description, minLength: 1, ...options });

/** Kakao Pay takes addresses of 255 characters, of which a path after this one needs some. */
const webAddress = (description: string, address: string) =>
  Type.String({
    description,
    default: address,
    pattern: '^https?://[^/\\s]+[^\\s]*$',
    maxLength: 190,
  });

/** It travels in an HTTP header, whose errors would quote a key with other characters. */
const providerKey = (description: string) => text(description, { pattern: '^[!-~]+$' });

/** Every environment variable that the shop reads, with its default. README.md shows the same list. */
export const EnvironmentSchema = Type.Object({
  PORT: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65535,
    description: 'TCP port; 0 takes a free one and prints it',
  }),
  HOST: text('Address to listen on', { default: '127.0.0.1' }),
  SHOP_DATA_DIR: text('Folder of the embedded servers, secrets and pictures', {
    default: '.data',
  }),
  DATABASE_URL: Type.Optional(
    text('A MySQL 8.4 or MariaDB 10.11 server of your own; embedded when unset', {
      pattern: '^mysql://.+/[^/?]+(\\?.*)?$',
    }),
  ),
  REDIS_URL: Type.Optional(text('A Redis server of your own (queues); embedded when unset')),
  CACHE_REDIS_URL: Type.Optional(text('A second Redis for caches; REDIS_URL when unset')),
  MEILI_URL: Type.Optional(text('A Meilisearch server', { pattern: '^https?://.+' })),
  MEILI_API_KEY: Type.Optional(text('Key for MEILI_URL')),
  SHOP_REDIS_PREFIX: text('Prefix of every key in Redis', { default: 'seonchak' }),
  SHOP_DATABASE_POOL: Type.Integer({
    default: 16,
    minimum: 4,
    maximum: 512,
    description:
      'Connections to the database at the most: for transactions, and as many for the rest',
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'How much is logged',
  }),
  SHOP_SEED: Type.Optional(
    Type.Enum(['demo', 'none'], {
      description: 'What an empty shop starts with; demo when the database is embedded, else none',
    }),
  ),
  SHOP_SEED_PRODUCTS: Type.Integer({
    default: 2000,
    minimum: 12,
    maximum: 100_000,
    description: 'Products of the demonstration shop',
  }),
  SHOP_OWNER_LOGIN_ID: Type.Optional(
    text('Login id of the first owner, created when there is none', {
      pattern: '^[a-z0-9_.-]{4,50}$',
    }),
  ),
  SHOP_OWNER_PASSWORD: Type.Optional(
    Type.String({ minLength: 8, maxLength: 200, description: 'Password of the first owner' }),
  ),
  SHOP_JWT_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      description: 'Signs access tokens; made and kept in SHOP_DATA_DIR when unset',
    }),
  ),
  SHOP_RATE_LIMIT: Type.Enum(['on', 'off'], {
    default: 'on',
    description: 'off lifts every rate limit, for load tests',
  }),
  SHOP_TRUST_PROXY: Type.Enum(['on', 'off'], {
    default: 'off',
    description: "on believes a reverse proxy's X-Forwarded-For",
  }),
  SHOP_TIME_ZONE: text('IANA time zone in which a day of sales begins and ends', {
    default: 'Asia/Seoul',
  }),
  SHOP_ORDER_ANSWER_WAIT_MS: Type.Integer({
    default: 2000,
    minimum: 0,
    maximum: 30_000,
    description: 'How long POST /orders waits for the outcome before it answers 202',
  }),
  SHOP_SHIPPING_AMOUNT: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Shipping fee in KRW',
  }),
  SHOP_FREE_SHIPPING_FROM_AMOUNT: Type.Integer({
    default: 30_000,
    minimum: 0,
    maximum: 1_000_000_000,
    description: 'Items total in KRW, after discounts, from which shipping is free',
  }),
  TOSS_API_URL: webAddress('Toss Payments', 'https://api.tosspayments.com'),
  TOSS_SECRET_KEY: Type.Optional(providerKey('Takes payments by Toss; they are off when unset')),
  KAKAOPAY_API_URL: webAddress('Kakao Pay', 'https://open-api.kakaopay.com'),
  KAKAOPAY_SECRET_KEY: Type.Optional(
    providerKey('Takes payments by Kakao Pay; they are off when unset'),
  ),
  KAKAOPAY_CID: text("The merchant at Kakao Pay; its test merchant's charge nobody", {
    default: 'TC0ONETIME',
    pattern: '^[0-9A-Za-z]{10}$',
  }),
  SHOP_STOREFRONT_URL: webAddress(
    'Where shoppers come back to from Kakao Pay, at /orders/{id}/payment/approved, cancelled, failed',
    'http://localhost:3000',
  ),
  SHOP_PAYMENT_CALL_TIMEOUT_MS: Type.Integer({
    // Kakao Pay itself takes up to 11 seconds.
    default: 15_000,
    minimum: 50,
    maximum: 120_000,
    description: 'How long a call to a payment provider may take',
  }),
  SHOP_PAYMENT_WINDOW_MS: Type.Integer({
    default: 900_000,
    minimum: 1,
    maximum: 86_400_000,
    description: 'How long an order waits to be paid through a provider',
  }),
  SHOP_PLACEMENT_TIMEOUT_MS: Type.Integer({
    default: 60_000,
    minimum: 1,
    maximum: 3_600_000,
    description: 'After how long an order that nobody decided on ends',
  }),
  SHOP_CONFIRM_TIMEOUT_MS: Type.Integer({
    default: 120_000,
    minimum: 1,
    maximum: 3_600_000,
    description: "How long an order waits for a provider's answer that is not known",
  }),
  SHOP_PAYMENT_SWEEP_MS: Type.Integer({
    default: 1000,
    minimum: 10,
    maximum: 60_000,
    description: 'How often orders and payments whose time has come are looked for',
  }),
  SHOP_EVENTS_ALLOW_UNKNOWN: Type.Enum(['on', 'off'], {
    default: 'off',
    description: 'on starts an older build beside event consumers that it does not contain',
  }),
  SHOP_EVENTS_AT_ONCE: Type.Enum(['on', 'off'], {
    default: 'on',
    description: 'off has every event handled after the commit, in a transaction of its own',
  }),
  SHOP_EVENTS_HEARTBEAT_MS: Type.Integer({
    default: 2000,
    minimum: 50,
    maximum: 60_000,
    description: 'How often an instance says that it lives',
  }),
  SHOP_EVENTS_LEASE_MS: Type.Integer({
    default: 10_000,
    minimum: 200,
    maximum: 600_000,
    description: 'Silence after which the events of an instance are taken over by another',
  }),
});

export type Environment = Static<typeof EnvironmentSchema>;
