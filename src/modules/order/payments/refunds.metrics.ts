import type { Database } from '../../../platform/database/database.ts';
import type { GaugeSettings } from '../../../platform/metrics/metrics.ts';
import { readRefundBacklog } from './refunds.store.ts';

/** Figures of refunds that are not done; the same on every instance. */
export function refundGauges(database: Database): GaugeSettings[] {
  return [
    {
      name: 'seonchak_refunds_open',
      help: 'Refunds that a provider has not done: due, or refused and a task for staff',
      labels: ['state'],
      read: async () =>
        (await readRefundBacklog(database)).map(({ state, refunds: value }) => ({
          labels: { state },
          value,
        })),
    },
    {
      name: 'seonchak_refunds_oldest_open_seconds',
      help: 'Age of the oldest of them',
      labels: ['state'],
      read: async () =>
        (await readRefundBacklog(database)).map(({ state, oldestAgeSeconds: value }) => ({
          labels: { state },
          value,
        })),
    },
  ];
}
