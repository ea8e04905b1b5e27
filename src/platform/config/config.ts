import { Compile } from 'typebox/compile';
import { EnvironmentSchema, type Environment } from './environment.ts';

export type Config = {
  http: { host: string; port: number; rateLimit: boolean; trustProxy: boolean };
  dataDir: string;
  database: { url: string | undefined; poolSize: number };
  redis: { url: string | undefined; cacheUrl: string | undefined; prefix: string };
  search: { url: string | undefined; apiKey: string | undefined };
  logLevel: string;
  seed: { demo: boolean; products: number };
  owner: { loginId: string; password: string } | undefined;
  jwtSecret: string | undefined;
  timeZone: string;
  orders: {
    answerWaitMs: number;
    shippingAmount: number;
    freeShippingFromAmount: number;
    /** How long an order waits to be paid through a provider. */
    paymentWindowMs: number;
    /** After how long an order that nobody decided on ends. */
    placementTimeoutMs: number;
    /** How long an order waits for a provider's answer that is not known. */
    confirmTimeoutMs: number;
    /** How often orders and payments whose time has come are looked for. */
    sweepMs: number;
  };
  /** Providers without a secret key are undefined: their payments are off. */
  payments: {
    toss: { url: string; secretKey: string } | undefined;
    kakaopay: { url: string; secretKey: string; cid: string } | undefined;
    storefrontUrl: string;
    callTimeoutMs: number;
  };
  events: {
    heartbeatMs: number;
    leaseMs: number;
    allowUnknownConsumers: boolean;
    atOnce: boolean;
  };
};

/** The environment is unusable; the message lists every fault, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const environment = Compile(EnvironmentSchema);

/**
 * Reads the configuration from environment variables. Empty ones count as unset.
 * Throws a ConfigError that names all faults at once; values are not repeated in it, as they may be
 * secrets.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(EnvironmentSchema.properties)) {
    if (env[name] !== undefined && env[name] !== '') given[name] = env[name];
  }
  const values = environment.Convert(environment.Default(given));
  const faults = environment.Errors(values).map(describeFault);
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  const valid = values as Environment;
  const contradictions = contradictionsIn(valid);
  if (contradictions.length > 0) throw new ConfigError(contradictions.join('\n'));
  return toConfig(valid);
}

function describeFault(fault: { instancePath: string; message: string; params: object }): string {
  const name = fault.instancePath.slice(1) || 'environment';
  const allowed = 'allowedValues' in fault.params ? `: ${String(fault.params.allowedValues)}` : '';
  return `${name} ${fault.message}${allowed}`;
}

function contradictionsIn(env: Environment): string[] {
  const faults: string[] = [];
  if ((env.SHOP_OWNER_LOGIN_ID === undefined) !== (env.SHOP_OWNER_PASSWORD === undefined)) {
    faults.push('SHOP_OWNER_LOGIN_ID and SHOP_OWNER_PASSWORD must be set together');
  }
  if (env.SHOP_EVENTS_LEASE_MS < env.SHOP_EVENTS_HEARTBEAT_MS * 3) {
    faults.push('SHOP_EVENTS_LEASE_MS must be at least three times SHOP_EVENTS_HEARTBEAT_MS');
  }
  if (env.SHOP_CONFIRM_TIMEOUT_MS <= env.SHOP_PAYMENT_CALL_TIMEOUT_MS) {
    faults.push('SHOP_CONFIRM_TIMEOUT_MS must be above SHOP_PAYMENT_CALL_TIMEOUT_MS');
  }
  if (!isTimeZone(env.SHOP_TIME_ZONE)) {
    faults.push('SHOP_TIME_ZONE must be an IANA time zone such as Asia/Seoul');
  }
  return faults;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function paymentsOf(env: Environment): Config['payments'] {
  const { TOSS_SECRET_KEY: tossKey, KAKAOPAY_SECRET_KEY: kakaopayKey } = env;
  return {
    toss:
      tossKey === undefined
        ? undefined
        : { url: withoutSlash(env.TOSS_API_URL), secretKey: tossKey },
    kakaopay:
      kakaopayKey === undefined
        ? undefined
        : {
            url: withoutSlash(env.KAKAOPAY_API_URL),
            secretKey: kakaopayKey,
            cid: env.KAKAOPAY_CID,
          },
    storefrontUrl: withoutSlash(env.SHOP_STOREFRONT_URL),
    callTimeoutMs: env.SHOP_PAYMENT_CALL_TIMEOUT_MS,
  };
}

/** Paths are put after these addresses. */
function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

function toConfig(env: Environment): Config {
  return {
    http: {
      host: env.HOST,
      port: env.PORT,
      rateLimit: env.SHOP_RATE_LIMIT === 'on',
      trustProxy: env.SHOP_TRUST_PROXY === 'on',
    },
    dataDir: env.SHOP_DATA_DIR,
    database: { url: env.DATABASE_URL, poolSize: env.SHOP_DATABASE_POOL },
    redis: {
      url: env.REDIS_URL,
      cacheUrl: env.CACHE_REDIS_URL,
      prefix: env.SHOP_REDIS_PREFIX,
    },
    search: { url: env.MEILI_URL, apiKey: env.MEILI_API_KEY },
    logLevel: env.LOG_LEVEL,
    seed: {
      demo: (env.SHOP_SEED ?? (env.DATABASE_URL ? 'none' : 'demo')) === 'demo',
      products: env.SHOP_SEED_PRODUCTS,
    },
    owner:
      env.SHOP_OWNER_LOGIN_ID !== undefined && env.SHOP_OWNER_PASSWORD !== undefined
        ? { loginId: env.SHOP_OWNER_LOGIN_ID, password: env.SHOP_OWNER_PASSWORD }
        : undefined,
    jwtSecret: env.SHOP_JWT_SECRET,
    timeZone: env.SHOP_TIME_ZONE,
    orders: {
      answerWaitMs: env.SHOP_ORDER_ANSWER_WAIT_MS,
      shippingAmount: env.SHOP_SHIPPING_AMOUNT,
      freeShippingFromAmount: env.SHOP_FREE_SHIPPING_FROM_AMOUNT,
      paymentWindowMs: env.SHOP_PAYMENT_WINDOW_MS,
      placementTimeoutMs: env.SHOP_PLACEMENT_TIMEOUT_MS,
      confirmTimeoutMs: env.SHOP_CONFIRM_TIMEOUT_MS,
      sweepMs: env.SHOP_PAYMENT_SWEEP_MS,
    },
    payments: paymentsOf(env),
    events: {
      heartbeatMs: env.SHOP_EVENTS_HEARTBEAT_MS,
      leaseMs: env.SHOP_EVENTS_LEASE_MS,
      allowUnknownConsumers: env.SHOP_EVENTS_ALLOW_UNKNOWN === 'on',
      atOnce: env.SHOP_EVENTS_AT_ONCE === 'on',
    },
  };
}
