import { setTimeout as pause } from 'node:timers/promises';
import { idToBytes, newId, type Id } from '../../../../src/platform/ids/id.ts';
import { bearer } from '../fastify-floor.ts';
import type { WholeShop } from '../whole-shop.ts';

const LOOKS = 200;
const LOOK_MS = 50;
const DAY_MS = 86_400_000;

export type SaleSize = { quantity: number; lineLimit: number };

/** Opens a flash sale as an admin does, and waits until its units are set aside. */
export async function openSale(shop: WholeShop, skuId: Id, size: SaleSize): Promise<Id> {
  const { server } = shop.app;
  const token = server.jwt.sign({ kind: 'admin', sub: newId(), role: 'owner' });
  const now = Date.now();
  const answer = await server.inject({
    method: 'POST',
    url: '/api/v1/admin/flash-sales',
    headers: bearer(token),
    payload: {
      skuId,
      price: 10_000,
      ...size,
      opensAt: new Date(now - DAY_MS),
      closesAt: new Date(now + DAY_MS),
      paymentWindowSeconds: 300,
    },
  });
  if (answer.statusCode !== 201) throw new Error(`no flash sale was made: ${answer.body}`);
  const { id } = answer.json<{ id: Id }>();
  await untilOpen(shop, id);
  return id;
}

async function untilOpen({ database }: WholeShop, id: Id): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const [row] = await database.select<{ state: string }>(
      'SELECT state FROM order_flash_sale_counters WHERE flash_sale_id = ?',
      [idToBytes(id)],
    );
    if (row?.state === 'open') return;
    await pause(LOOK_MS);
  }
  throw new Error(`the flash sale ${id} does not open`);
}
