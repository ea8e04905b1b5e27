import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { noSuchMember } from '../user.errors.ts';
import { sumPoints } from './point-lots.store.ts';
import { daysLater, EXPIRING_SOON_DAYS } from './points.rules.ts';

export type ShowPoints = ReturnType<typeof createShowPoints>;

/**
 * The points that a member can spend now, without those that are set aside for orders or expired.
 * Throws `not_found`.
 */
export function createShowPoints({ database, clock }: { database: Database; clock: Clock }) {
  return async function showPoints(memberId: Id) {
    const now = clock.now();
    const soon = new Date(daysLater(now.getTime(), EXPIRING_SOON_DAYS));
    const points = await sumPoints(database, { memberId, now, soon });
    if (!points) throw noSuchMember();
    return points;
  };
}
