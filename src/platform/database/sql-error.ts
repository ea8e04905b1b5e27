const DUPLICATE_KEY = 1062;
const DEADLOCK = 1213;
const LOCK_WAIT_TIMEOUT = 1205;
/** MySQL and MariaDB name a violated CHECK constraint by different numbers. */
const CHECK_VIOLATED = new Set([3819, 4025]);

/** The server's own words for a connection that it ends, or does not begin. */
const GOODBYES = new Set([
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_QUERY_INTERRUPTED',
  'ER_CONNECTION_KILLED',
]);

type DriverError = Error & {
  code?: unknown;
  errno?: unknown;
  sqlMessage?: unknown;
  fatal?: unknown;
};

/**
 * The driver's own error: drizzle wraps it as `cause`. It has the server's message, or the driver has
 * marked it as one that ends the connection. Other sockets' errors have neither, whatever their code:
 * a client that hangs up is an ECONNRESET as well.
 */
function driverError(error: unknown): DriverError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { sqlMessage, fatal } = at as DriverError;
    if (typeof sqlMessage === 'string' || fatal === true) return at;
  }
  return undefined;
}

/** A unique key was violated; with `key`, that one (its name as MySQL or MariaDB prints it). */
export function isDuplicateKey(error: unknown, key?: string): boolean {
  const driver = driverError(error);
  if (driver?.errno !== DUPLICATE_KEY) return false;
  return key === undefined || String(driver.sqlMessage).includes(key);
}

export function isCheckViolation(error: unknown): boolean {
  const driver = driverError(error);
  return typeof driver?.errno === 'number' && CHECK_VIOLATED.has(driver.errno);
}

/** The connection is gone (or could not be opened); what was on the way has an unknown outcome. */
export function isConnectionLost(error: unknown): boolean {
  const driver = driverError(error);
  if (driver === undefined) return false;
  if (typeof driver.sqlMessage !== 'string') return true;
  return typeof driver.code === 'string' && GOODBYES.has(driver.code);
}

/**
 * Another transaction changed what this one took for granted: it inserted the same row, or moved one
 * on. The whole transaction must be run again, and look.
 */
export class ConcurrentChange extends Error {
  override readonly name = 'ConcurrentChange';
}

/** Runs an INSERT of rows that were not there a moment ago; a duplicate means ConcurrentChange. */
export async function insertFresh(insert: Promise<unknown>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new ConcurrentChange('another transaction inserted the same row', { cause: error });
  }
}

/** Running the whole transaction again may succeed: a deadlock, a lock time-out, a lost connection. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConcurrentChange) return true;
  const errno = driverError(error)?.errno;
  return errno === DEADLOCK || errno === LOCK_WAIT_TIMEOUT || isConnectionLost(error);
}
