import type { Transaction } from '../../../platform/database/transaction.ts';
import type { FirstComeGate } from '../../../platform/first-come/first-come.ts';
import type { Id } from '../../../platform/ids/id.ts';
import type { Sale } from './flash-sales.rules.ts';
import { gateTerms } from './gate-terms.rules.ts';

/** Tells a sale's gate what it has to know, on all instances. */
export type RefreshGate = {
  /** Once the commit is certain, if this change concerns the gate; nobody waits for it. */
  afterCommit: (tx: Transaction, before: Sale | undefined, after: Sale & { id: Id }) => void;
  /** At once; resolves when the instances are told. Does not fail. */
  now: (flashSaleId: Id) => Promise<void>;
};

export function createRefreshGate(gate: Pick<FirstComeGate, 'refresh'>): RefreshGate {
  return {
    afterCommit: (tx, before, after) => {
      if (before && sameAtTheGate(before, after)) return;
      tx.afterCommit(() => void gate.refresh(after.id));
    },
    now: (flashSaleId) => gate.refresh(flashSaleId),
  };
}

/** The gate counts tickets by itself; whether all units are paid it has to be told. */
function sameAtTheGate(before: Sale, after: Sale): boolean {
  return JSON.stringify(gateTerms(before)) === JSON.stringify(gateTerms(after));
}
