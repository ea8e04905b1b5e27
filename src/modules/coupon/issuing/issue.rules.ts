export type IssueFault = { path: string; message: string };

/** What is wrong with a list of members; each place is named. */
export function faultsInList(
  memberIds: readonly string[],
  known: ReadonlySet<string>,
): IssueFault[] {
  const seen = new Set<string>();
  return memberIds.flatMap((memberId, index) => {
    const path = `/memberIds/${index}`;
    if (seen.has(memberId)) return [{ path, message: `${memberId} is there before` }];
    seen.add(memberId);
    return known.has(memberId) ? [] : [{ path, message: `${memberId} is not a member` }];
  });
}

/** Which members of a list get a coupon, in its order, and how many do not. */
export type Shares = { fresh: string[]; already: number; refused: number };

/**
 * Shares out what is left of a coupon.
 * @param owners those of the members who have it already
 * @param left units that may still be issued
 */
export function shareOut(
  memberIds: readonly string[],
  owners: ReadonlySet<string>,
  left: number,
): Shares {
  const without = memberIds.filter((id) => !owners.has(id));
  const fresh = without.slice(0, Math.max(0, left));
  return {
    fresh,
    already: memberIds.length - without.length,
    refused: without.length - fresh.length,
  };
}
