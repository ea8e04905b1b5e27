import { addGauge, type Registry } from '../metrics/metrics.ts';
import type { FirstComeGate } from './first-come.ts';

/** Figures of this instance's gates, by the kind of campaign. */
export function addFirstComeMetrics(
  registry: Registry,
  gates: Readonly<Record<string, Pick<FirstComeGate, 'activity'>>>,
): void {
  addGauge(registry, {
    name: 'seonchak_first_come_waiting',
    help: 'Claims that wait here to be stored',
    labels: ['kind'],
    read: () =>
      Promise.resolve(
        Object.entries(gates).map(([kind, gate]) => ({
          labels: { kind },
          value: gate.activity().waiting,
        })),
      ),
  });
  addGauge(registry, {
    name: 'seonchak_first_come_answers',
    help: 'Claims that this instance has answered since its start, by what they were told',
    labels: ['kind', 'state'],
    read: () =>
      Promise.resolve(
        Object.entries(gates).flatMap(([kind, gate]) =>
          [...gate.activity().answers].map(([state, value]) => ({
            labels: { kind, state },
            value,
          })),
        ),
      ),
  });
}
