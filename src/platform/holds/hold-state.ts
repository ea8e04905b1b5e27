import { impossible } from '../errors/impossible.ts';

/**
 * What a participant of an order has set aside for it, one row per order:
 * `held` until the order's end, then `committed` or `released`; `refused` when it could not be had.
 * A release that comes before its hold leaves `released` as a tombstone, so the late hold is refused.
 */
export type HoldState = 'held' | 'committed' | 'released' | 'refused';

/** What the order asks: at its placement, when it is paid, and when it fails or is undone. */
export type HoldStep = 'hold' | 'commit' | 'release';

/**
 * The total table of state × step: every order of the same steps leads to the same end.
 * @param canHold asked only when the hold is new
 */
export function nextHoldState(
  current: HoldState | undefined,
  step: HoldStep,
  canHold: () => boolean,
): HoldState {
  switch (step) {
    case 'hold':
      if (current !== undefined) return current;
      return canHold() ? 'held' : 'refused';
    case 'commit':
      if (current === undefined) throw new Error('an order was paid whose hold was never made');
      return current === 'held' ? 'committed' : current;
    case 'release':
      return current === 'refused' ? 'refused' : 'released';
    default:
      return impossible(step);
  }
}
