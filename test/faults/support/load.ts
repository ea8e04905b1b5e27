import { setTimeout as pause } from 'node:timers/promises';
import { bulkParameter, bulkRows, hex } from '../../../src/platform/database/bulk.ts';
import type { RecordedEvent } from '../../../src/platform/events/define-event.ts';
import type { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import { recordEvents } from '../../../src/platform/events/record-events.ts';
import { OutcomeUnknown } from '../../../src/platform/errors/outcome-unknown.ts';
import { Problem } from '../../../src/platform/errors/problem.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { noted, type Mood } from './told-events.ts';

export type LoadPlan = {
  /** Loops that record transactions at the same time. */
  writers: number;
  /** Events of one transaction, at the most; their number varies from 1 to it. */
  eventsAtOnce: number;
  /** Between two transactions of a writer. */
  pauseMs: number;
  /** The load ends by itself when so many events are recorded. */
  total?: number;
};

export type LoadReport = {
  recorded: number;
  /** Transactions whose caller was told that the database is out of reach. */
  unavailable: number;
  /** Any other error that a writer got: there should be none. */
  errors: string[];
};

const AGGREGATES = 20;

const INSERT_LEDGER = `
  INSERT INTO fault_ledger (event_id, aggregate_id, amount, mood)
  SELECT UNHEX(l.event_id), UNHEX(l.aggregate_id), l.amount, l.mood
  FROM ${bulkRows('l', { event_id: 'id', aggregate_id: 'id', amount: 'bigint', mood: 'varchar' })}`;

/** Records events with their rows of the ledger, in one transaction. */
export async function recordNoted(
  backbone: EventBackbone,
  events: readonly { aggregateId: Id; mood: Mood }[],
): Promise<void> {
  const rows = events.map((event) => ({
    ...event,
    eventId: newId(),
    amount: Math.ceil(Math.random() * 1000),
  }));
  const told: RecordedEvent[] = rows.map(({ aggregateId, ...payload }) =>
    noted.of(aggregateId, 1, payload),
  );
  await backbone.inTransaction(async (tx) => {
    await tx.write(INSERT_LEDGER, [
      bulkParameter(
        rows.map((row) => [hex(row.eventId), hex(row.aggregateId), row.amount, row.mood]),
      ),
    ]);
    recordEvents(tx, ...told);
  });
}

/** Records events until it is stopped, as a busy shop does. */
export class Load {
  readonly #backbone: EventBackbone;
  readonly #plan: LoadPlan;
  readonly #aggregates = Array.from({ length: AGGREGATES }, newId);
  readonly #report: LoadReport = { recorded: 0, unavailable: 0, errors: [] };
  readonly #writers: Promise<void>[];
  #stopped = false;

  constructor(backbone: EventBackbone, plan: LoadPlan) {
    this.#backbone = backbone;
    this.#plan = plan;
    this.#writers = Array.from({ length: plan.writers }, () => this.#write());
  }

  async stop(): Promise<LoadReport> {
    this.#stopped = true;
    await Promise.all(this.#writers);
    return this.#report;
  }

  /** Resolves when the load has recorded its total. */
  async ended(): Promise<LoadReport> {
    await Promise.all(this.#writers);
    return this.#report;
  }

  get #isOver(): boolean {
    return this.#stopped || this.#report.recorded >= (this.#plan.total ?? Infinity);
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      const size = 1 + Math.floor(Math.random() * this.#plan.eventsAtOnce);
      const events = Array.from({ length: size }, () => ({
        aggregateId: this.#anyAggregate(),
        mood: 'plain' as const,
      }));
      try {
        await recordNoted(this.#backbone, events);
        this.#report.recorded += size;
      } catch (error) {
        this.#note(error);
      }
      // As the HTTP edge does, so that what waits stays bounded.
      while (this.#backbone.isOverloaded && !this.#stopped) await pause(20);
      await pause(this.#plan.pauseMs);
    }
  }

  #anyAggregate(): Id {
    return this.#aggregates[Math.floor(Math.random() * AGGREGATES)] ?? newId();
  }

  #note(error: unknown): void {
    const isAway = error instanceof Problem && error.code === 'database_unavailable';
    if (isAway || error instanceof OutcomeUnknown) {
      this.#report.unavailable += 1;
      return;
    }
    this.#report.errors.push(
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  }
}
