import { backOff } from '../batching/backoff.ts';
import type { Database } from '../database/database.ts';
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
import type { TransactionWatch } from './transaction-watch.ts';

/**
 * Runs `body` in a transaction, stores the events that it recorded with it, and hands them to their
 * consumers after the commit. Deadlocks, lock time-outs and lost connections run the whole body
 * again, so it must make its ids outside and do nothing but SQL. When the database stays out of reach,
 * throws `database_unavailable` if it is certain that nothing was committed, AmbiguousCommit if not.
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
  /**
   * Stores an envelope although no event is recorded: by it a COMMIT that goes unanswered can be
   * asked about afterwards. For what clients must not do twice.
   */
  leavesWitness?: boolean;
  /** The id of what the body makes, for those who are told that its outcome is unknown. */
  makes?: Id;
};

const MAX_ATTEMPTS = 7;
const FIRST_BACKOFF_MS = 10;
const MAX_BACKOFF_MS = 500;

/** The state of an attempt when its COMMIT was sent. */
type Sent<T> = { result: T; envelopes: Envelope[]; tx: Transaction };

/** The witness row of an earlier attempt is there: that attempt had committed. */
class HadCommitted extends Error {}

export function createInTransaction(parts: {
  database: Pick<Database, 'transactionPool' | 'changes'>;
  /** The owner of new envelopes. */
  instanceId: () => Id;
  dispatch: (envelopes: readonly Envelope[]) => void;
  /** Consumers that can handle events in the transaction that records them. */
  atOnceConsumers: () => readonly RegisteredConsumer[];
  watch: TransactionWatch;
}): InTransaction {
  const { database, instanceId, dispatch, atOnceConsumers, watch } = parts;

  return async function inTransaction<T>(
    body: (tx: Transaction) => Promise<T>,
    { atOnce = false, leavesWitness = false, makes }: InTransactionOptions = {},
  ): Promise<T> {
    const envelopeIds: Id[] = [];
    let sent: Sent<T> | undefined;
    /** A COMMIT went unanswered, and nobody knows yet whether it was done. */
    let unanswered: AmbiguousCommit | undefined;
    /** Those that have begun to handle events of the present attempt. */
    let handling: AtOnce | undefined;
    /** Why the first attempt failed, if that may have been the consumers. */
    let setback: unknown;

    for (let attempt = 1; ; attempt += 1) {
      // The attempt whose COMMIT went unanswered left its first envelope as a witness, if anything.
      const witness = sent?.envelopes[0]?.id;
      try {
        // Attempts come one after the other.
        const run = async (tx: Transaction) => {
          if (witness !== undefined) await leaveWitness(tx, witness, instanceId());
          // No earlier attempt is in the database, nor will it be.
          unanswered = undefined;
          const consumers = new AtOnce(atOnce && attempt === 1 ? atOnceConsumers() : []);
          const result = await tx.inUnit(async () => {
            const own = await body(tx);
            if (consumers.isBehind(tx)) handling = consumers;
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
            leavesWitness,
            handledBy,
          });
          sent = { result, envelopes, tx };
        };
        await runTransaction(database.transactionPool, run, attempt > 1);
        if (setback !== undefined) watch.atOnceFailed(undefined, setback);
        return finish(sent as unknown as Sent<T>);
      } catch (error) {
        if (error instanceof HadCommitted && sent) return finish(sent);
        const failed = handling;
        handling = undefined;
        if (error instanceof AmbiguousCommit) {
          unanswered = error;
          // Without a witness nobody can tell whether it committed: its caller has to.
          if (sent?.envelopes.length === 0) throw naming(error, makes);
        } else if (!unanswered) {
          if (failed?.failed !== undefined) watch.atOnceFailed(failed.failed, error);
          if (!isTransient(error)) {
            if (!failed) throw error;
            if (failed.failed === undefined) setback = error;
            continue;
          }
        }
        if (attempt >= MAX_ATTEMPTS) {
          throw unanswered ? naming(unanswered, makes) : asUnavailable(error);
        }
        await backOff(attempt, FIRST_BACKOFF_MS, MAX_BACKOFF_MS);
      }
    }
  };

  function finish<T>({ result, envelopes, tx }: Sent<T>): T {
    database.changes.count += 1;
    watch.runAfterCommit(tx);
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
    leavesWitness: boolean;
    handledBy: ReadonlySet<number>;
  },
): Envelope[] {
  const { envelopeIds, ownerId, witness, leavesWitness, handledBy } = about;
  const envelopes: Envelope[] = [];
  const packs = packEvents(withTraces(tx));
  const isWitnessed = leavesWitness || witness !== undefined;
  if (packs.length === 0 && isWitnessed) packs.push({ json: '[]', events: [] });
  for (const [index, pack] of packs.entries()) {
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

/** The same, which tells what would have been made. */
function naming(ambiguous: AmbiguousCommit, resourceId: Id | undefined): AmbiguousCommit {
  if (resourceId === undefined) return ambiguous;
  return new AmbiguousCommit(ambiguous.message, { cause: ambiguous.cause, resourceId });
}

function asUnavailable(error: unknown): unknown {
  if (!isConnectionLost(error)) return error;
  const problem = databaseUnavailable();
  problem.cause = error;
  return problem;
}
