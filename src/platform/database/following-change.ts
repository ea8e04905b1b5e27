import { OutcomeUnknown } from '../errors/outcome-unknown.ts';
import { databaseUnavailable, Problem } from '../errors/problem.ts';
import type { Id } from '../ids/id.ts';
import { isConnectionLost } from './sql-error.ts';

const UNAVAILABLE = databaseUnavailable().code;

/** Runs the reads before a request's first change. Throws `database_unavailable` when it is lost. */
export async function precedingChange<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    const problem = databaseUnavailable();
    problem.cause = error;
    throw problem;
  }
}

/**
 * Runs what follows a change that is committed, of the same request. Throws OutcomeUnknown when the
 * database is lost: that nothing was done would be true of this part alone.
 * @param madeId what the request has made, when the request itself does not name it
 */
export async function followingChange<T>(work: () => Promise<T>, madeId?: Id): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isLost = error instanceof Problem ? error.code === UNAVAILABLE : isConnectionLost(error);
    if (!isLost) throw error;
    throw new OutcomeUnknown('the database was lost after a change', {
      cause: error,
      resourceId: madeId,
    });
  }
}
