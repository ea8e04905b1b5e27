import type { Database } from '../database/database.ts';
import { addGauge, type Registry } from '../metrics/metrics.ts';
import type { EventBackbone } from './event-backbone.ts';
import { readOutboxBacklog } from './operations.store.ts';

/** Figures of the backbone. Those of the database are the same on every instance. */
export function addEventMetrics(
  registry: Registry,
  database: Database,
  backbone: EventBackbone,
): void {
  addGauge(registry, {
    name: 'seonchak_events_undispatched',
    help: 'Events in the outbox that some consumer has not handled',
    read: async () => [{ value: (await readOutboxBacklog(database)).events }],
  });
  addGauge(registry, {
    name: 'seonchak_events_oldest_undispatched_seconds',
    help: 'Age of the oldest of them',
    read: async () => [{ value: (await readOutboxBacklog(database)).oldestAgeSeconds }],
  });
  addGauge(registry, {
    name: 'seonchak_events_parked',
    help: 'Events that a consumer failed on; state dead are dead letters',
    labels: ['consumer', 'state'],
    read: async () => {
      const rows = await database.select<{ consumer: string; state: string; value: number }>(
        `SELECT c.name AS consumer, p.state, COUNT(*) AS value
         FROM platform_parked_event AS p JOIN platform_consumer AS c ON c.id = p.consumer_id
         GROUP BY c.name, p.state`,
      );
      return rows.map(({ consumer, state, value }) => ({ labels: { consumer, state }, value }));
    },
  });
  addGauge(registry, {
    name: 'seonchak_events_in_memory',
    help: 'Events that this instance has in hand',
    read: () => Promise.resolve([{ value: backbone.activity.eventsInMemory }]),
  });
  addGauge(registry, {
    name: 'seonchak_events_handled',
    help: 'Events that this instance has handed to a consumer since its start',
    labels: ['consumer'],
    read: () => Promise.resolve(byConsumer(backbone.activity.handledEvents)),
  });
  addGauge(registry, {
    name: 'seonchak_events_at_once_failures',
    help: 'Transactions since the start in which a consumer failed before the commit',
    labels: ['consumer'],
    read: () => Promise.resolve(byConsumer(backbone.activity.atOnceFailures)),
  });
  addGauge(registry, {
    name: 'seonchak_events_after_commit_failures',
    help: 'Actions after a commit that failed since the start of this instance',
    read: () => Promise.resolve([{ value: backbone.activity.afterCommitFailures }]),
  });
  addGauge(registry, {
    name: 'seonchak_events_taken_over',
    help: 'Envelopes of instances that are gone, taken over by this one since its start',
    read: () => Promise.resolve([{ value: backbone.activity.takenOver }]),
  });
}

function byConsumer(counts: ReadonlyMap<string, number>) {
  return [...counts].map(([consumer, value]) => ({ labels: { consumer }, value }));
}
