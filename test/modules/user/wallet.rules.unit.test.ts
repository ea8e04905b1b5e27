import { describe, expect, it } from 'vitest';
import {
  fundsFor,
  minus,
  NO_FUNDS,
  plus,
  totalOf,
} from '../../../src/modules/user/wallet/wallet.rules.ts';

const balance = { paidAmount: 7_000, freeAmount: 3_000 };

describe('paying from a wallet', () => {
  it('spends free money first', () => {
    expect(fundsFor(2_000, balance)).toEqual({ paidAmount: 0, freeAmount: 2_000 });
  });

  it('takes the rest out of what the member paid in', () => {
    expect(fundsFor(3_001, balance)).toEqual({ paidAmount: 1, freeAmount: 3_000 });
  });

  it('may empty the wallet to the last won', () => {
    const funds = fundsFor(10_000, balance);
    expect(funds).toEqual(balance);
    expect(minus(balance, funds ?? NO_FUNDS)).toEqual(NO_FUNDS);
  });

  it('refuses what is one won more than the balance, and takes no part of it', () => {
    expect(fundsFor(10_001, balance)).toBeUndefined();
  });

  it('takes nothing for an order that costs nothing, even from an empty wallet', () => {
    expect(fundsFor(0, NO_FUNDS)).toEqual(NO_FUNDS);
  });

  it('gives money back to where it came from', () => {
    const funds = fundsFor(4_500, balance) ?? NO_FUNDS;
    expect(plus(minus(balance, funds), funds)).toEqual(balance);
  });

  it('takes exactly the amount, whatever the balance is made of', () => {
    for (const freeAmount of [0, 1, 499, 500, 501, 1_000]) {
      const funds = fundsFor(500, { paidAmount: 500, freeAmount });
      expect(totalOf(funds ?? NO_FUNDS)).toBe(500);
      expect(funds?.freeAmount).toBe(Math.min(500, freeAmount));
    }
  });
});
