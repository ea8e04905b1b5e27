import { describe, expect, it } from 'vitest';
import {
  dropped,
  dueStep,
  faultsIn,
  remainingUnits,
  switched,
  unitsToAdmit,
  whenEmptied,
  whenFilled,
  whenUnitMoves,
  type FlashSaleState,
  type Sale,
  type TicketState,
  type UnitStep,
} from '../../../src/modules/order/flash-sales/flash-sales.rules.ts';
import {
  gateTerms,
  realOpening,
  shownState,
} from '../../../src/modules/order/flash-sales/gate-terms.rules.ts';
import { permutations } from '../../support/shuffle.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 9) + seconds * 1000);

/** Opens at 0 s and closes at 60 s. */
const sale = (changes: Partial<Sale> = {}): Sale => ({
  state: 'open',
  quantity: 10,
  lineLimit: 30,
  opensAt: at(0),
  closesAt: at(60),
  issued: 8,
  admitted: 7,
  taken: 3,
  sold: 2,
  returned: null,
  ...changes,
});

const STATES: readonly FlashSaleState[] = [
  'planned',
  'opening',
  'open',
  'paused',
  'closing',
  'ending',
  'ended',
];

describe('the window of a new sale', () => {
  it('ends after it begins, and not in the past', () => {
    expect(faultsIn({ opensAt: at(0), closesAt: at(1) }, at(0))).toEqual([]);
    expect(faultsIn({ opensAt: at(-9), closesAt: at(0) }, at(0))).toHaveLength(1);
    expect(faultsIn({ opensAt: at(5), closesAt: at(5) }, at(0))[0]?.path).toBe('/closesAt');
  });
});

describe('what is due about a sale', () => {
  const steps = (now: Date) => STATES.map((state) => dueStep(sale({ state }), now));

  it('is nothing long before it opens, and its opening a little before', () => {
    expect(dueStep(sale({ state: 'planned' }), at(-11))).toBeUndefined();
    expect(dueStep(sale({ state: 'planned' }), at(-10))).toBe('open');
  });

  it('is the line while it lasts', () => {
    expect(steps(at(30))).toEqual([
      'open',
      undefined,
      'admit',
      undefined,
      'end',
      undefined,
      undefined,
    ]);
    expect(dueStep(sale({ taken: 8 }), at(30))).toBeUndefined();
  });

  it('is its end from the moment on at which it closes', () => {
    expect(steps(at(60))).toEqual([
      'drop',
      undefined,
      'close',
      'close',
      'end',
      undefined,
      undefined,
    ]);
  });
});

describe('the units that those in line may have', () => {
  it('are those that are neither sold nor on the way, while the sale is open', () => {
    expect(remainingUnits(sale())).toBe(5);
    expect(unitsToAdmit(sale(), at(59))).toBe(5);
    expect(unitsToAdmit(sale(), at(60))).toBe(0);
    expect(unitsToAdmit(sale({ state: 'paused' }), at(30))).toBe(0);
    expect(unitsToAdmit(sale({ state: 'closing' }), at(30))).toBe(0);
  });
});

describe('a sale', () => {
  it('opens with the units that are there', () => {
    const opening = sale({ state: 'opening', taken: 0, sold: 0 });
    expect(whenFilled(opening, 7, at(0))).toMatchObject({ state: 'open', quantity: 7 });
  });

  it('that was closed meanwhile goes straight to its end', () => {
    const opening = sale({ state: 'opening', closesAt: at(5) });
    expect(whenFilled(opening, 7, at(5)).state).toBe('closing');
  });

  it('is filled and emptied once', () => {
    const open = sale();
    expect(whenFilled(open, 99, at(0))).toBe(open);
    expect(whenEmptied(open)).toBe(open);
    const ending = sale({ state: 'ending', taken: 0 });
    const ended = whenEmptied(ending);
    expect(ended).toMatchObject({ state: 'ended', sold: 2, returned: 8 });
    expect(whenEmptied(ended)).toBe(ended);
  });

  it('that never opened has had no units', () => {
    const planned = sale({ state: 'planned', taken: 0, sold: 0 });
    expect(dropped(planned)).toMatchObject({ state: 'ended', quantity: 0, returned: 0 });
  });
});

describe('an admin', () => {
  const after = (how: 'pause' | 'resume' | 'close') =>
    STATES.map((state) => switched(sale({ state }), how, at(30))?.state);

  it('pauses what is open, and lets it go on', () => {
    expect(after('pause')).toEqual([
      undefined,
      undefined,
      'paused',
      'paused',
      undefined,
      undefined,
      undefined,
    ]);
    expect(after('resume')).toEqual([
      undefined,
      undefined,
      'open',
      'open',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('closes it at any time, at once', () => {
    expect(after('close')).toEqual([
      'ended',
      'opening',
      'closing',
      'closing',
      'closing',
      'ending',
      'ended',
    ]);
    expect(switched(sale(), 'close', at(30))?.closesAt).toEqual(at(30));
    expect(switched(sale({ state: 'opening' }), 'close', at(30))?.closesAt).toEqual(at(30));
    expect(switched(sale(), 'close', at(90))?.closesAt).toEqual(at(60));
  });

  it('changes nothing by doing it once more', () => {
    const [open, paused, ended] = (['open', 'paused', 'ended'] as const).map((state) =>
      sale({ state }),
    );
    expect(switched(open!, 'resume', at(1))).toBe(open);
    expect(switched(paused!, 'pause', at(1))).toBe(paused);
    expect(switched(ended!, 'close', at(1))).toBe(ended);
  });
});

describe('what catalog tells of a unit', () => {
  const follow = (ticket: TicketState, ...steps: UnitStep[]) => {
    let now = { sale: sale(), ticket };
    for (const step of steps) now = whenUnitMoves(now.sale, now.ticket, step);
    return [now.ticket, now.sale.taken, now.sale.sold];
  };

  it('makes a ticket paid, or failed', () => {
    expect(follow('admitted', 'sold')).toEqual(['paid', 2, 3]);
    expect(follow('admitted', 'released')).toEqual(['failed', 2, 2]);
  });

  it('comes to the same in every order', () => {
    for (const steps of permutations<UnitStep>(['sold', 'released'])) {
      expect(follow('admitted', ...steps)).toEqual(['failed', 2, 2]);
    }
  });

  it('counts once', () => {
    expect(follow('admitted', 'sold', 'sold')).toEqual(['paid', 2, 3]);
    expect(follow('admitted', 'released', 'released', 'sold')).toEqual(['failed', 2, 2]);
  });

  it('after the end is a unit more that went back', () => {
    const ended = sale({ state: 'ended', taken: 0, returned: 8 });
    const { sale: after } = whenUnitMoves(ended, 'paid', 'released');
    expect(after).toMatchObject({ sold: 1, returned: 9 });
  });
});

describe('the gate of a sale', () => {
  const terms = (changes: Partial<Sale> = {}) => gateTerms(sale(changes));

  it('has places for the units and the line', () => {
    expect(terms()).toEqual({ state: 'open', quota: 40, opensAt: at(0), closesAt: at(60) });
  });

  it('lets nobody in when all units are paid, and again when one comes back', () => {
    expect(terms({ taken: 0, sold: 10 }).quota).toBe(8);
    expect(terms({ taken: 1, sold: 9 }).quota).toBe(40);
  });

  it('does not open before the units are there', () => {
    for (const state of ['planned', 'opening'] as const) {
      const { opensAt } = terms({ state });
      expect(opensAt > at(0)).toBe(true);
      expect(opensAt.getUTCFullYear()).toBeGreaterThan(3000);
      expect(realOpening(opensAt)).toEqual(at(0));
    }
    expect(realOpening(at(0))).toEqual(at(0));
  });

  it('is shut while the sale is paused, and when it is over', () => {
    expect(STATES.map((state) => terms({ state }).state)).toEqual([
      'open',
      'open',
      'open',
      'paused',
      'closed',
      'closed',
      'closed',
    ]);
  });
});

describe('what shoppers see of a sale', () => {
  it.each([
    [{ state: 'planned' }, 30, 'planned'],
    [{}, -1, 'planned'],
    [{}, 0, 'open'],
    [{}, 60, 'ended'],
    [{ state: 'paused' }, 30, 'paused'],
    [{ state: 'closing' }, 30, 'ended'],
    [{ issued: 40 }, 30, 'sold_out'],
    [{ taken: 0, sold: 10 }, 30, 'sold_out'],
  ] as const)('%o after %i s: %s', (changes, seconds, shown) => {
    expect(shownState(sale(changes), at(seconds))).toBe(shown);
  });
});
