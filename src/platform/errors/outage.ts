/**
 * What an error declares that comes from outside and passes: a provider, a mail server or a search
 * engine is away. The same work will do once it is back, so it waits for days and is not given up
 * after a few quick attempts, as poison is (decision 17).
 */
export interface Outage {
  readonly isOutage: true;
}

/** Whether an error, or one that it was caused by, declares an outage. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const declares = 'isOutage' in error && error.isOutage === true;
  return declares || isOutage(error.cause);
}
