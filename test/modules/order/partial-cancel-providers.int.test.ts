import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../../../src/platform/ids/id.ts';
import { createProduct, createShopper } from '../../support/factories.ts';
import { auditPayments } from '../../support/audit-payments.ts';
import {
  approve,
  confirm,
  placeDue,
  placePaid,
  startPayingShop,
  type PayingShop,
} from '../../support/paying.ts';
import { keyOf, refundsOf } from '../../support/payments-seen.ts';
import { givePoints, purseOf, unitsOf } from '../../support/purses.ts';
import { createCancelRig, type CancelRig, type Wish } from './support/cancel-rig.ts';

let shop: PayingShop;
let cancel: CancelRig['cancel'];
let cancelSome: CancelRig['cancelSome'];
let buyMuch: CancelRig['buyMuch'];
beforeAll(async () => {
  shop = await startPayingShop({ SHOP_PAYMENT_CALL_TIMEOUT_MS: '3000' });
  ({ cancel, cancelSome, buyMuch } = createCancelRig(shop));
});
afterAll(() => shop.stop());
afterEach(() => {
  shop.toss.behave();
  shop.kakaopay.behave();
});

/** The tax parts of each cancellation, as the provider has booked them; Toss reckons VAT by itself. */
async function taxPartsBooked(method: 'toss' | 'kakaopay', orderId: Id) {
  const key = await keyOf(shop, orderId);
  if (method === 'toss') return { taxFree: shop.toss.ledger.find(key)?.taxFreeCancels };
  const booked = shop.kakaopay.ledger.find(key);
  return { taxFree: booked?.taxFreeCancels, vat: booked?.vatCancels };
}

describe('the VAT of cancellations at Kakao Pay', () => {
  it('adds up to the payment’s own, unit by unit', async () => {
    const { skuId } = await createProduct(shop, { price: 5_000, stock: 5 });
    const shopper = await createShopper(shop, 0);
    const order = await placePaid(shop, shopper, 'kakaopay', { skuId, quantity: 3 });
    expect(order).toMatchObject({ totalAmount: 18_000, vatAmount: 1_636, taxFreeAmount: 0 });
    for (let unit = 0; unit < 3; unit += 1) {
      await cancelSome(shopper, order.id, { skuId, quantity: 1 });
      await auditPayments(shop);
    }
    const { vat, taxFree } = await taxPartsBooked('kakaopay', order.id);
    expect(vat).toEqual([455, 454, 727]);
    expect(taxFree).toEqual([0, 0, 0]);
    expect(await refundsOf(shop, order.id)).toEqual(
      [5_000, 5_000, 8_000].map((amount) => ({ amount, state: 'done' })),
    );
  });
});

describe.each(['toss', 'kakaopay'] as const)('cancelling some units paid by %s', (method) => {
  const booked = (orderId: Id) => shop[method].ledger.ofOrder(orderId);

  it('has the provider give back each part once, and the rest with the last unit', async () => {
    const { first, second, shopper, order } = await buyMuch(method);
    const before = await purseOf(shop, shopper);
    const steps: Wish[] = [
      { skuId: first.skuId, quantity: 1 },
      { skuId: second.skuId, quantity: 2 },
      { skuId: first.skuId, quantity: 1 },
      { skuId: second.skuId, quantity: 1 },
    ];
    const totals: number[] = [];
    for (const step of steps) {
      const { body } = await cancelSome(shopper, order.id, step);
      totals.push(body.refundedAmount);
      await auditPayments(shop);
      expect(booked(order.id).cancelled).toBe(body.refundedAmount);
    }
    expect(totals.at(-1)).toBe(order.totalAmount);
    const parts = totals.map((total, index) => total - (totals[index - 1] ?? 0));
    expect(await refundsOf(shop, order.id)).toEqual(
      parts.map((amount) => ({ amount, state: 'done' })),
    );
    expect(booked(order.id)).toEqual({
      charged: order.totalAmount,
      cancelled: order.totalAmount,
      charges: 1,
      cancels: 4,
    });
    // Points and coupon come back here, money does not.
    expect(before.points).toBe(2_500);
    expect(await purseOf(shop, shopper)).toEqual({
      money: 100_000,
      points: 5_000,
      coupons: ['issued'],
    });
    expect(await unitsOf(shop, first)).toEqual({ open: 10, held: 0, sold: 0 });
  });

  it('tells which part of each is free of VAT', async () => {
    const taxed = await createProduct(shop, { price: 7_001, stock: 5 });
    const free = await createProduct(shop, { price: 4_003, stock: 5, taxType: 'exempt' });
    const shopper = await createShopper(shop, 0);
    await givePoints(shop, shopper, 1_000);
    const placed = await placeDue(shop, shopper, method, {
      skuId: taxed.skuId,
      items: [
        { skuId: taxed.skuId, quantity: 1 },
        { skuId: free.skuId, quantity: 2 },
      ],
      pointsAmount: 1_000,
    });
    const order = placed.body;
    await confirm(shop, shopper, order.id, await approve(shop, method, order));
    const steps = [free, taxed, free];
    for (const { skuId } of steps) {
      await cancelSome(shopper, order.id, { skuId, quantity: 1 });
      await auditPayments(shop);
    }
    const parts = await taxPartsBooked(method, order.id);
    // The exempt line costs 8,006 less its 533 points; the taxed one 7,001 less 467, and shipping.
    expect(order).toMatchObject({ taxFreeAmount: 7_472, vatAmount: 867 });
    const taxFree = [3_736, 0, 3_736];
    expect(parts).toEqual(method === 'toss' ? { taxFree } : { taxFree, vat: [0, 594, 273] });
  });

  it('all at once gives back what was paid', async () => {
    const { first, second, shopper, order } = await buyMuch(method);
    const answers = await Promise.all(
      [first, second, first, second, second, first].map(({ skuId }) =>
        cancelSome(shopper, order.id, { skuId, quantity: 1 }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    await auditPayments(shop);
    expect(booked(order.id)).toMatchObject({ cancelled: order.totalAmount, cancels: 5 });
  });

  it('gives back once although the provider answers with errors', async () => {
    const { second, shopper, order } = await buyMuch(method);
    shop[method].misbehave({ on: 'cancel', how: 'drop', moment: 'before', times: 1 });
    shop[method].misbehave({ on: 'cancel', how: 'error', moment: 'after', times: 1 });
    const { body } = await cancelSome(shopper, order.id, { skuId: second.skuId, quantity: 1 });
    expect(body.payment.state).toBe('partially_refunded');
    await auditPayments(shop);
    expect(booked(order.id)).toMatchObject({ cancelled: body.refundedAmount, cancels: 1 });
  });

  it('of a whole order sends everything back', async () => {
    const product = await createProduct(shop, { price: 10_000, stock: 5 });
    const shopper = await createShopper(shop, 0);
    const order = await placePaid(shop, shopper, method, { skuId: product.skuId });
    const { body } = await cancel(shopper, order.id, { reason: '단순 변심' });
    expect(body).toMatchObject({
      state: 'cancelled',
      refundedAmount: 13_000,
      payment: { state: 'refunded' },
    });
    await auditPayments(shop);
    expect(booked(order.id)).toMatchObject({ charged: 13_000, cancelled: 13_000 });
    expect((await purseOf(shop, shopper)).money).toBe(0);
  });
});
