// One instance of the backbone in a process of its own: worker.ts ORDER (JSON)
import { Database } from '../../../src/platform/database/database.ts';
import { EventBackbone } from '../../../src/platform/events/event-backbone.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { deathPoint } from './death-points.ts';
import { faultConsumers } from './fault-consumers.ts';
import { Load, recordNoted, type LoadReport } from './load.ts';
import { RacePoints } from './race-points.ts';
import type { WorkerAnswer, WorkerOrder, WorkerRequest } from './worker-process.ts';

const order = JSON.parse(process.argv[2] ?? '') as WorkerOrder;
function tell(news: WorkerAnswer): void {
  process.send?.(news);
}

// The test is gone, so nobody will stop this process.
process.on('disconnect', () => process.exit(1));

const database = Database.open(order.databaseUrl, 16);
const points = new RacePoints();
if (order.dieAt) void points.arm(deathPoint(order.dieAt.place, order.dieAt.nth));
const backbone = new EventBackbone(
  points.watch(database),
  { ...order.timing, allowUnknownConsumers: order.allowsUnknownConsumers ?? false },
  createLogger(process.env.TEST_LOG_LEVEL ?? 'silent'),
);

let load: Load | undefined;
try {
  await backbone.start(faultConsumers(order.consumers, order.takesPoison ?? false));
} catch (error) {
  tell({ is: 'refused', why: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
if (order.load) load = new Load(backbone, order.load);
tell({ is: 'ready' });

const NOTHING: LoadReport = { recorded: 0, unavailable: 0, errors: [] };

async function answer(request: WorkerRequest): Promise<void> {
  switch (request.ask) {
    case 'end-load':
      tell({ is: 'load', report: (await load?.stop()) ?? NOTHING });
      break;
    case 'await-load':
      tell({ is: 'load', report: (await load?.ended()) ?? NOTHING });
      break;
    case 'record':
      await recordNoted(
        backbone,
        request.moods.map((mood) => ({ aggregateId: newId(), mood })),
      );
      tell({ is: 'recorded' });
      break;
    case 'stop':
      await load?.stop();
      await backbone.stop();
      await database.close();
      process.disconnect();
      process.exit(0);
      break;
    default:
      request satisfies never;
  }
}

process.on('message', (request: WorkerRequest) => {
  void answer(request);
});
