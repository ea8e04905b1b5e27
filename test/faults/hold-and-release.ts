import assert from 'node:assert/strict';
import { keepStockForOrders } from '../../src/modules/catalog/keep-stock-for-orders.ts';
import { keepCouponsForOrders } from '../../src/modules/coupon/keep-coupons-for-orders.ts';
import { keepFundsForOrders } from '../../src/modules/user/wallet/keep-funds-for-orders.ts';
import type { RecordedEvent } from '../../src/platform/events/define-event.ts';
import { recordEvents } from '../../src/platform/events/record-events.ts';
import { settled } from './support/audit.ts';
import { withRig, type Fault, type Rig } from './support/fault.ts';
import { startInstance, type Instance } from './support/in-process.ts';
import { auditShop, openShop } from './support/order-shop.ts';

const CONSUMERS = [keepStockForOrders, keepFundsForOrders, keepCouponsForOrders];
const EVENTS_PER_TRANSACTION = 7;
const WRITERS = 4;
const SETTLED_WITHIN_MS = 300_000;

/** Two instances hold and release the same orders at the same time, beginning at opposite ends. */
export const holdAndRelease: Fault = {
  name: 'hold-and-release',
  times: { full: 5000, short: 300 },
  run: (lab, times) =>
    withRig(lab, async (rig) => {
      const holding = await startInstance(rig.url, CONSUMERS);
      const releasing = await startInstance(rig.url, CONSUMERS);
      try {
        return await holdAndReleaseAtOnce(rig, holding, releasing, times);
      } finally {
        await holding.stop();
        await releasing.stop();
      }
    }),
};

async function holdAndReleaseAtOnce(
  { database }: Rig,
  holding: Instance,
  releasing: Instance,
  times: number,
): Promise<string> {
  const orders = await openShop(database, times);
  const failures = orders.flatMap(({ failed }) => (failed ? [failed] : []));
  await Promise.all([
    tell(
      holding,
      orders.map(({ placed }) => placed),
    ),
    tell(releasing, failures.toReversed()),
  ]);
  await settled(database, SETTLED_WITHIN_MS);

  const held = orders.length - failures.length;
  assert.deepEqual(await auditShop(database), {
    unitsHeld: held,
    stockHolds: held,
    wrongStock: 0,
    fundsHolds: held,
    wrongWallets: 0,
    couponHolds: held,
    couponsHeld: held,
    couponsCounted: held,
    wrongCoupons: 0,
  });
  assert.deepEqual([...holding.complaints, ...releasing.complaints], []);
  assert.deepEqual(await database.select('SELECT error FROM platform_parked_event'), []);
  return `${orders.length} orders, ${failures.length} of them released`;
}

/** Records the events, some transactions at once. No error may reach the one who does. */
async function tell({ backbone }: Instance, events: readonly RecordedEvent[]): Promise<void> {
  const left = [...events];
  const write = async () => {
    for (;;) {
      const some = left.splice(0, EVENTS_PER_TRANSACTION);
      if (some.length === 0) return;
      await backbone.inTransaction(async (tx) => recordEvents(tx, ...some));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}
