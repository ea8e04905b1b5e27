import { expect } from 'vitest';
import { idToBytes, type Id } from '../../../src/platform/ids/id.ts';
import type { Answer } from '../../support/api-client.ts';
import { eventually } from '../../support/eventually.ts';
import { ADDRESS, createProduct, type Shopper } from '../../support/factories.ts';
import { auditLedger } from '../../support/ledger.ts';
import type { TestShop } from '../../support/start-shop.ts';

/** Without shipping, so that a wallet of this much pays exactly one order. */
export const FLASH_PRICE = 40_000;
const HOUR_MS = 3_600_000;

export const QUICK = { SHOP_PAYMENT_SWEEP_MS: '20' };

/** So many milliseconds from now, as ISO 8601. */
export const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

export type SaleWishes = {
  skuId?: Id;
  stock?: number;
  quantity?: number;
  lineLimit?: number;
  price?: number;
  opensAt?: string;
  closesAt?: string;
  paymentWindowSeconds?: number;
};

export function postSale(
  { api, ownerToken: token }: TestShop,
  body: Record<string, unknown>,
): Promise<Answer> {
  return api.post('/admin/flash-sales', {
    token,
    body: {
      price: FLASH_PRICE,
      quantity: 10,
      opensAt: inMs(-1000),
      closesAt: inMs(HOUR_MS),
      paymentWindowSeconds: 300,
      ...body,
    },
  });
}

/** A sale of a SKU of its own, whose units are all there unless `stock` says fewer. */
export async function planSale(
  shop: TestShop,
  { stock = 100, skuId, ...wishes }: SaleWishes = {},
): Promise<{ id: Id; skuId: Id }> {
  const sku = skuId ?? (await createProduct(shop, { price: 50_000, stock })).skuId;
  const created = await postSale(shop, { skuId: sku, ...wishes });
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  return { id: created.body.id, skuId: sku };
}

/** The same, and it is open. */
export async function openSale(
  shop: TestShop,
  wishes: SaleWishes = {},
): Promise<{ id: Id; skuId: Id }> {
  const sale = await planSale(shop, wishes);
  await untilSale(shop, sale.id, { state: 'open' });
  return sale;
}

/** The sale as admins see it. */
export async function saleOf({ api, ownerToken }: TestShop, id: Id) {
  return (await api.get(`/admin/flash-sales/${id}`, { token: ownerToken })).body;
}

export function untilSale(shop: TestShop, id: Id, wanted: Record<string, unknown>) {
  return eventually(async () => {
    const sale = await saleOf(shop, id);
    expect(sale).toMatchObject(wanted);
    return sale;
  });
}

export function switchSale(
  { api, ownerToken: token }: TestShop,
  id: Id,
  how: 'pause' | 'resume' | 'close',
): Promise<Answer> {
  return api.post(`/admin/flash-sales/${id}/${how}`, { token });
}

/** Sends it again when the shop says so, as clients do: on a busy machine a ticket may take long. */
export async function join(
  { api }: Pick<TestShop, 'api'>,
  saleId: Id,
  { token }: Pick<Shopper, 'token'>,
  paymentMethod = 'wallet',
): Promise<Answer> {
  const body = { paymentMethod, address: ADDRESS };
  const answer = await api.post(`/flash-sales/${saleId}/orders`, { token, body });
  if (answer.body.code !== 'flash_sale_ticket_pending') return answer;
  expect(answer.headers.get('retry-after')).toBe('1');
  return join({ api }, saleId, { token }, paymentMethod);
}

/** Joins one after the other, so that the ranks are those of the shoppers' order. */
export async function joinInOrder(
  shop: Pick<TestShop, 'api'>,
  saleId: Id,
  shoppers: readonly Shopper[],
  methodOf: (index: number) => string = () => 'wallet',
): Promise<Id[]> {
  const tickets: Id[] = [];
  for (const [index, shopper] of shoppers.entries()) {
    const { status, body } = await join(shop, saleId, shopper, methodOf(index));
    expect({ status, rank: body.rank }).toEqual({ status: 202, rank: index + 1 });
    tickets.push(body.ticketId);
  }
  return tickets;
}

export async function ticketOf(
  { api }: Pick<TestShop, 'api'>,
  saleId: Id,
  ticketId: Id,
  { token }: Shopper,
) {
  return (await api.get(`/flash-sales/${saleId}/tickets/${ticketId}`, { token })).body;
}

/** The states of a sale's tickets in the order of their ranks. */
export async function ticketStates({ database }: TestShop, saleId: Id): Promise<string[]> {
  const rows = await database.select<{ state: string }>(
    'SELECT state FROM order_flash_tickets WHERE flash_sale_id = ? ORDER BY ticket_rank',
    [idToBytes(saleId)],
  );
  return rows.map(({ state }) => state);
}

export function untilTickets(shop: TestShop, saleId: Id, states: readonly string[]) {
  return eventually(async () => expect(await ticketStates(shop, saleId)).toEqual(states));
}

/** So many times the same. */
export const times = <T>(howMany: number, value: T): T[] =>
  Array.from({ length: howMany }, () => value);

/** Where a SKU's units are, as admins see them. */
export async function levelsOf({ database }: TestShop, skuId: Id) {
  const [row] = await database.select<Record<'open' | 'held' | 'sold' | 'salePool', number>>(
    `SELECT open_quantity AS open, held_quantity AS held, sold_quantity AS sold,
            sale_pool_quantity AS salePool
     FROM catalog_stock WHERE sku_id = ?`,
    [idToBytes(skuId)],
  );
  return row;
}

/** Adds everything up once nothing is on its way any more. */
export async function auditAtRest(shop: TestShop): Promise<void> {
  await eventually(async () => {
    await shop.app.backbone.settled();
    await auditLedger(shop);
  });
}
