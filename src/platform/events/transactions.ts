import { backOff } from '../batching/backoff.ts';
import type { Pool } from '../database/pool.ts';
import { AmbiguousCommit, runTransaction } from '../database/run-transaction.ts';
import { isConnectionLost, isDuplicateKey, isTransient } from '../database/sql-error.ts';
import type { Transaction } from '../database/transaction.ts';
import { databaseUnavailable } from '../errors/problem.ts';
import { newId, type Id } from '../ids/id.ts';
import type { RecordedEvent } from './define-event.ts';
import { packEvents, type Envelope } from './envelope.ts';
import { completeEnvelope, insertEnvelope } from './outbox.store.ts';

/**
 * Runs `body` in a transaction, stores the events that it recorded with it, and hands them to their
 * consumers after the commit. Deadlocks, lock time-outs and lost connections run the whole body
 * again, so it must make its ids outside and do nothing but SQL. Throws `database_unavailable` when
 * the database stays out of reach.
 */
export type InTransaction = <T>(body: (tx: Transaction) => Promise<T>) => Promise<T>;

const MAX_ATTEMPTS = 7;
const FIRST_BACKOFF_MS = 10;
const MAX_BACKOFF_MS = 500;

/** The state of an attempt when its COMMIT was sent. */
type Sent<T> = { result: T; envelopes: Envelope[]; tx: Transaction };

/** The witness row of an earlier attempt is there: that attempt had committed. */
class HadCommitted extends Error {}

export function createInTransaction(parts: {
  pool: Pool;
  /** The owner of new envelopes. */
  instanceId: () => Id;
  dispatch: (envelopes: readonly Envelope[]) => void;
}): InTransaction {
  const { pool, instanceId, dispatch } = parts;

  return async function inTransaction<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    const envelopeIds: Id[] = [];
    let sent: Sent<T> | undefined;

    for (let attempt = 1; ; attempt += 1) {
      // The attempt whose COMMIT went unanswered left its first envelope as a witness, if anything.
      const witness = sent?.envelopes[0]?.id;
      try {
        // Attempts come one after the other.
        const run = async (tx: Transaction) => {
          if (witness !== undefined) await leaveWitness(tx, witness, instanceId());
          const result = await body(tx);
          const envelopes = await storeEvents(tx, envelopeIds, instanceId(), witness);
          sent = { result, envelopes, tx };
        };
        await runTransaction(pool, run, attempt > 1);
        return finish(sent as unknown as Sent<T>);
      } catch (error) {
        if (error instanceof HadCommitted && sent) return finish(sent);
        const unknownOutcome = error instanceof AmbiguousCommit;
        // Without a witness nobody can tell whether it committed: its caller has to.
        if (unknownOutcome && sent?.envelopes.length === 0) throw error;
        if (!unknownOutcome && !isTransient(error)) throw error;
        if (attempt >= MAX_ATTEMPTS) throw asUnavailable(error);
        await backOff(attempt, FIRST_BACKOFF_MS, MAX_BACKOFF_MS);
      }
    }
  };

  function finish<T>({ result, envelopes, tx }: Sent<T>): T {
    tx.runAfterCommit();
    dispatch(envelopes);
    return result;
  }
}

/**
 * Inserts the first envelope of the earlier attempt again, empty. The unique key makes the server
 * decide: it waits for an attempt that is still being committed, and refuses when that one is in.
 */
async function leaveWitness(tx: Transaction, id: Id, ownerId: Id): Promise<void> {
  try {
    await insertEnvelope(tx, { id, ownerId, json: '[]', eventCount: 0 });
  } catch (error) {
    if (isDuplicateKey(error)) throw new HadCommitted();
    throw error;
  }
}

async function storeEvents(
  tx: Transaction,
  envelopeIds: Id[],
  ownerId: Id,
  witness: Id | undefined,
): Promise<Envelope[]> {
  const envelopes: Envelope[] = [];
  for (const [index, pack] of packEvents(withTraces(tx)).entries()) {
    const id = (envelopeIds[index] ??= newId());
    const row = { id, json: pack.json, eventCount: pack.events.length };
    // Statements of one transaction run one by one anyway; almost always there is just one.
    await (id === witness ? completeEnvelope(tx, row) : insertEnvelope(tx, { ...row, ownerId }));
    envelopes.push({ id, events: pack.events, bytes: pack.json.length, takeovers: 0 });
  }
  return envelopes;
}

/** What was recorded, each event with the trace of its aggregate, where there is one. */
function withTraces({ recorded, traces }: Transaction): readonly RecordedEvent[] {
  if (traces.size === 0) return recorded;
  return recorded.map((event) => {
    const trace = traces.get(event.aggregateId);
    return trace === undefined ? event : { ...event, trace };
  });
}

function asUnavailable(error: unknown): unknown {
  if (!(error instanceof AmbiguousCommit) && !isConnectionLost(error)) return error;
  const problem = databaseUnavailable();
  problem.cause = error;
  return problem;
}
