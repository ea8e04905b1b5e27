import { backOff } from '../batching/backoff.ts';
import type { Pool } from '../database/pool.ts';
import { AmbiguousCommit, runTransaction } from '../database/run-transaction.ts';
import { isConnectionLost, isDuplicateKey, isTransient } from '../database/sql-error.ts';
import type { Transaction } from '../database/transaction.ts';
import { databaseUnavailable } from '../errors/problem.ts';
import { newId, type Id } from '../ids/id.ts';
import type { RegisteredConsumer } from './consumer-registry.ts';
import type { RecordedEvent } from './define-event.ts';
import { packEvents, type Envelope } from './envelope.ts';
import { AtOnce } from './handle-at-once.ts';
import { insertClaims } from './inbox.store.ts';
import { completeEnvelope, insertEnvelope } from './outbox.store.ts';

/**
 * Runs `body` in a transaction, stores the events that it recorded with it, and hands them to their
 * consumers after the commit. Deadlocks, lock time-outs and lost connections run the whole body
 * again, so it must make its ids outside and do nothing but SQL. Throws `database_unavailable` when
 * the database stays out of reach.
 */
export type InTransaction = <T>(
  body: (tx: Transaction) => Promise<T>,
  options?: InTransactionOptions,
) => Promise<T>;

export type InTransactionOptions = {
  /**
   * Consumers that can (`atOnce`) handle the events in this transaction, before it commits. When that
   * fails for whatever reason, the next attempt leaves the events to their lanes.
   */
  atOnce?: boolean;
};

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
  /** Consumers that can handle events in the transaction that records them. */
  atOnceConsumers: () => readonly RegisteredConsumer[];
}): InTransaction {
  const { pool, instanceId, dispatch, atOnceConsumers } = parts;

  return async function inTransaction<T>(
    body: (tx: Transaction) => Promise<T>,
    { atOnce = false }: InTransactionOptions = {},
  ): Promise<T> {
    const envelopeIds: Id[] = [];
    let sent: Sent<T> | undefined;
    /** Consumers have begun to handle events of the present attempt. */
    let isHandling = false;

    for (let attempt = 1; ; attempt += 1) {
      // The attempt whose COMMIT went unanswered left its first envelope as a witness, if anything.
      const witness = sent?.envelopes[0]?.id;
      try {
        // Attempts come one after the other.
        const run = async (tx: Transaction) => {
          if (witness !== undefined) await leaveWitness(tx, witness, instanceId());
          const consumers = new AtOnce(atOnce && attempt === 1 ? atOnceConsumers() : []);
          const result = await tx.inUnit(async () => {
            const own = await body(tx);
            isHandling = consumers.isBehind(tx);
            await consumers.handle(tx);
            return own;
          });
          // What was recorded at the unit's end.
          while (consumers.isBehind(tx)) await tx.inUnit(() => consumers.handle(tx));
          const { handledBy } = consumers;
          const envelopes = storeEvents(tx, {
            envelopeIds,
            ownerId: instanceId(),
            witness,
            handledBy,
          });
          sent = { result, envelopes, tx };
        };
        await runTransaction(pool, run, attempt > 1);
        return finish(sent as unknown as Sent<T>);
      } catch (error) {
        if (error instanceof HadCommitted && sent) return finish(sent);
        const unknownOutcome = error instanceof AmbiguousCommit;
        const mayBeConsumers = isHandling && !unknownOutcome && !isTransient(error);
        isHandling = false;
        if (mayBeConsumers) continue;
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

function storeEvents(
  tx: Transaction,
  about: {
    envelopeIds: Id[];
    ownerId: Id;
    witness: Id | undefined;
    handledBy: ReadonlySet<number>;
  },
): Envelope[] {
  const { envelopeIds, ownerId, witness, handledBy } = about;
  const envelopes: Envelope[] = [];
  for (const [index, pack] of packEvents(withTraces(tx)).entries()) {
    const id = (envelopeIds[index] ??= newId());
    const row = { id, json: pack.json, eventCount: pack.events.length };
    tx.later(id === witness ? completeEnvelope(tx, row) : insertEnvelope(tx, { ...row, ownerId }));
    envelopes.push({ id, events: pack.events, bytes: pack.json.length, takeovers: 0, handledBy });
  }
  // Whoever comes upon these envelopes in the outbox finds that they are handled.
  const claims = [...handledBy].flatMap((consumerId) =>
    envelopes.map(({ id }) => ({ consumerId, envelopeId: id })),
  );
  if (claims.length > 0) tx.later(insertClaims(tx, newId(), claims));
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
