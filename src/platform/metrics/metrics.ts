import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ShopServer } from '../http/shop-server.ts';

export { Gauge, type Registry } from 'prom-client';

/** The process's own figures; modules and platform parts add theirs. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** A figure that is looked up when it is asked for. */
export type GaugeSettings = {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: () => Promise<readonly { labels?: Record<string, string>; value: number }[]>;
};

export function addGauge(registry: Registry, gauge: GaugeSettings): void {
  registry.registerMetric(
    new Gauge({
      name: gauge.name,
      help: gauge.help,
      labelNames: gauge.labels ?? [],
      registers: [],
      async collect() {
        const values = await gauge.read();
        this.reset();
        for (const { labels, value } of values) this.set(labels ?? {}, value);
      },
    }),
  );
}

/** /metrics, in Prometheus' text format. It names no person and no product. */
export function serveMetrics(server: ShopServer, registry: Registry): void {
  server.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
