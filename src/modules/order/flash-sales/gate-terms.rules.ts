import type { Sale } from './flash-sales.rules.ts';

/** What the gate has to know of a sale. */
export type GateTerms = {
  state: 'open' | 'paused' | 'closed';
  quota: number;
  opensAt: Date;
  closesAt: Date;
};

/** A thousand years: longer than anybody waits, and shorter than what a date can hold. */
const NOT_YET_MS = 31_556_952_000_000;
const LAST_OPENING = new Date('3000-01-01T00:00:00.000Z');

/**
 * The quota is the units and a bounded line behind them; once all units are paid nobody gets in,
 * until one of them comes back. A sale whose units are not there yet is to open in the far future:
 * nobody gets in before them.
 */
export function gateTerms(sale: Sale): GateTerms {
  const { opensAt, closesAt, quantity, lineLimit, sold, issued } = sale;
  const quota = sold === quantity ? issued : quantity + lineLimit;
  const terms = { quota, opensAt, closesAt };
  switch (sale.state) {
    case 'planned':
    case 'opening':
      return { ...terms, state: 'open', opensAt: new Date(opensAt.getTime() + NOT_YET_MS) };
    case 'open':
      return { ...terms, state: 'open' };
    case 'paused':
      return { ...terms, state: 'paused' };
    case 'closing':
    case 'ending':
    case 'ended':
      return { ...terms, state: 'closed' };
    default:
      throw new TypeError(`unknown: ${String(sale.state satisfies never)}`);
  }
}

/** The opening that a sale really has, from the one that its gate knows. */
export function realOpening(opensAt: Date): Date {
  return opensAt < LAST_OPENING ? opensAt : new Date(opensAt.getTime() - NOT_YET_MS);
}

/** How a sale looks to shoppers. */
export type ShownState = 'planned' | 'open' | 'sold_out' | 'paused' | 'ended';

export function shownState(sale: Sale, now: Date): ShownState {
  const { state, quota, opensAt, closesAt } = gateTerms(sale);
  if (state === 'closed' || now >= closesAt) return 'ended';
  if (state === 'paused') return 'paused';
  if (now < opensAt) return 'planned';
  return sale.issued >= quota ? 'sold_out' : 'open';
}
