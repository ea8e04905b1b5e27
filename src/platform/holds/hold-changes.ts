import { compareIds, type Id } from '../ids/id.ts';

/**
 * What a batch made of the holds that it had locked: those that are new, and those that moved. Both
 * in the order in which every transaction locks holds, by order id.
 */
export function holdChanges<Hold extends { orderId: Id }>(
  before: ReadonlyMap<Id, Hold>,
  after: ReadonlyMap<Id, Hold>,
): { fresh: Hold[]; moved: Hold[] } {
  const changed = [...after.values()]
    .filter((hold) => before.get(hold.orderId) !== hold)
    .toSorted((a, b) => compareIds(a.orderId, b.orderId));
  return {
    fresh: changed.filter((hold) => !before.has(hold.orderId)),
    moved: changed.filter((hold) => before.has(hold.orderId)),
  };
}
