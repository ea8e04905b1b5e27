import type { SignAccessToken } from '../auth/access-token.ts';
import type { Precedence } from '../batching/precedence.ts';
import type { Invalidations } from '../cache/invalidations.ts';
import type { Redis } from '../cache/redis.ts';
import type { Clock } from '../clock/clock.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import type { InTransaction } from '../events/transactions.ts';
import type { Logger } from '../logging/logger.ts';
import { token } from './container.ts';

/** What the platform offers to every module. */
export const CONFIG = token<Config>('config');
export const LOG = token<Logger>('log');
export const CLOCK = token<Clock>('clock');
export const DATABASE = token<Database>('database');
export const REDIS = token<Redis>('redis');
/** Tells the caches of all instances what has changed. */
export const INVALIDATIONS = token<Invalidations>('invalidations');
export const IN_TRANSACTION = token<InTransaction>('in transaction');
/** Orders go before claims. */
export const PRECEDENCE = token<Precedence>('precedence');
export const SIGN_ACCESS_TOKEN = token<SignAccessToken>('sign access token');
