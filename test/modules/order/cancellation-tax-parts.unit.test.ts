import { describe, expect, it } from 'vitest';
import type { SkuFacts } from '../../../src/modules/order/copies/copies.rules.ts';
import {
  priceLines,
  priceOrder,
  type Price,
} from '../../../src/modules/order/placing/pricing.rules.ts';
import {
  keptTaxParts,
  taxPartsOfRefund,
} from '../../../src/modules/order/payments/refund-tax-parts.rules.ts';
import {
  planCancellation,
  taxPartsOfCancellation,
  type TaxedLine,
} from '../../../src/modules/order/undoing/cancellation.rules.ts';
import { MAX_KRW } from '../../../src/platform/money/krw.ts';
import { taxPartsWithin, type Left } from '../../../src/platform/payment-gateway/tax-parts.ts';
import { randomFrom } from '../../support/shuffle.ts';

type Random = () => number;
/** A whole number from 0 to the last one, that one included; often one of the two. */
function upTo(random: Random, last: number): number {
  const whim = random();
  if (whim < 0.1) return 0;
  return whim > 0.9 ? last : Math.floor(random() * (last + 1));
}

function randomPrice(random: Random): Price {
  const skuOf = (index: number): SkuFacts => ({
    skuId: `sku${index}`,
    productId: 'product',
    typeId: null,
    name: '새벽 무화과',
    options: '50ml',
    thumbnailUrl: null,
    listPrice: upTo(random, random() < 0.1 ? MAX_KRW / 100_000 : 30_000),
    discountPercent: 0,
    priceDelta: 0,
    taxType: random() < 0.5 ? 'taxable' : 'exempt',
    onSale: true,
  });
  const lines = priceLines(
    Array.from({ length: 1 + upTo(random, 5) }, (_, index) => ({
      sku: skuOf(index),
      quantity: 1 + upTo(random, random() < 0.1 ? 998 : 6),
    })),
  );
  const covered = lines.map(() => random() < 0.7);
  const coverable = lines.reduce((sum, line, at) => sum + (covered[at] ? line.lineAmount : 0), 0);
  const itemsAmount = lines.reduce((sum, line) => sum + line.lineAmount, 0);
  const discountAmount = upTo(random, coverable);
  return priceOrder(
    lines,
    {
      benefit: { discountAmount, freesShipping: random() < 0.2, covered },
      pointsAmount: upTo(random, itemsAmount - discountAmount),
    },
    { shippingAmount: upTo(random, 3_000), freeShippingFromAmount: 30_000 },
  );
}

/** Cancels an order in random steps as the shop does, and tells what each step asks for. */
function cancelInSteps(price: Price, random: Random): { asked: Left; isLast: boolean }[] {
  const lines: TaxedLine[] = price.lines.map((line) => ({
    skuId: line.sku.skuId,
    quantity: line.quantity,
    cancelledQuantity: 0,
    lineAmount: line.lineAmount,
    couponShare: line.couponShare,
    pointsShare: line.pointsShare,
    taxType: line.sku.taxType,
  }));
  const steps: { asked: Left; isLast: boolean }[] = [];
  let before = 0;
  for (let isLast = false; !isLast;) {
    const open = lines.filter((line) => line.cancelledQuantity < line.quantity);
    const wanted = open
      .filter(() => random() < 0.5)
      .map(({ skuId, quantity, cancelledQuantity }) => ({
        skuId,
        quantity: 1 + upTo(random, quantity - cancelledQuantity - 1),
      }));
    if (wanted.length === 0) continue;
    const plan = planCancellation(lines, random() < 0.1 ? undefined : wanted, price);
    if ('message' in plan) throw new Error(plan.message);
    const parts = taxPartsOfCancellation(lines, plan.now, price.shippingAmount);
    steps.push({ asked: { amount: plan.refundedAmount - before, ...parts }, isLast: plan.isWhole });
    before = plan.refundedAmount;
    for (const line of lines) line.cancelledQuantity += plan.now.get(line.skuId) ?? 0;
    isLast = plan.isWhole;
  }
  return steps;
}

const NOTHING: Left = { amount: 0, taxFreeAmount: 0, vatAmount: 0 };

function less(left: Left, part: Left): Left {
  return {
    amount: left.amount - part.amount,
    taxFreeAmount: left.taxFreeAmount - part.taxFreeAmount,
    vatAmount: left.vatAmount - part.vatAmount,
  };
}

/** Nothing below zero, and what is taxed has room for the VAT. */
function isSound({ amount, taxFreeAmount, vatAmount }: Left): boolean {
  return taxFreeAmount >= 0 && vatAmount >= 0 && taxFreeAmount + vatAmount <= amount;
}

const SEEDS = Array.from({ length: 3_000 }, (_, index) => index + 1);

describe('the tax parts of cancellations', () => {
  it('are sound at each step and add up to the order’s own, whatever is cancelled in whatever order', () => {
    for (const seed of SEEDS) {
      const random = randomFrom(seed);
      const price = randomPrice(random);
      const { totalAmount: amount, taxFreeAmount, vatAmount } = price;
      let left: Left = { amount, taxFreeAmount, vatAmount };
      for (const { asked } of cancelInSteps(price, random)) {
        const remaining = less(left, asked);
        // What is asked for is what the provider's record allows: nothing is bent on the way.
        const sent = taxPartsWithin(left, asked.amount, asked);
        const isRight = isSound(asked) && isSound(remaining);
        expect({ seed, isRight, sent }).toEqual({
          seed,
          isRight: true,
          sent: { taxFreeAmount: asked.taxFreeAmount, vatAmount: asked.vatAmount },
        });
        left = remaining;
      }
      expect({ seed, left }).toEqual({ seed, left: NOTHING });
    }
  });

  it('stay within what a provider has left, whatever was given back without the shop', () => {
    for (const seed of SEEDS) {
      const random = randomFrom(seed);
      const price = randomPrice(random);
      const { totalAmount: amount, taxFreeAmount, vatAmount } = price;
      let left: Left = { amount, taxFreeAmount, vatAmount };
      for (const { asked, isLast } of cancelInSteps(price, random)) {
        // Somebody cancels a part at the provider's console, which says nothing of its parts.
        const byHand = random() < 0.5 ? upTo(random, left.amount) : 0;
        left = less(left, { amount: byHand, ...taxPartsWithin(left, byHand, null) });
        const goesBack = isLast ? left.amount : Math.min(asked.amount, left.amount);
        const wanted = random() < 0.2 ? null : asked;
        const sent = { amount: goesBack, ...taxPartsWithin(left, goesBack, wanted) };
        const remaining = less(left, sent);
        const isRight = isSound(sent) && isSound(remaining);
        expect({ seed, isRight, left, sent }).toEqual({ seed, isRight: true, left, sent });
        left = remaining;
      }
      expect({ seed, left }).toEqual({ seed, left: NOTHING });
    }
  });
});

describe('a refund’s row', () => {
  it('gives the tax parts that it was given, or none', () => {
    const parts = { taxFreeAmount: 0, vatAmount: 455 };
    expect(taxPartsOfRefund(keptTaxParts(parts))).toEqual(parts);
    expect(taxPartsOfRefund(keptTaxParts(null))).toBeNull();
  });
});
