import type { RecordedEvent } from '../../../platform/events/define-event.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { membersRegistered } from '../user.events.ts';

/** The event that tells whom the shop has: all of them in one, none when there are none. */
export function registeredEvents(memberIds: readonly Id[]): RecordedEvent[] {
  const [first] = memberIds;
  return first === undefined ? [] : [membersRegistered.of(first, 1, { memberIds: [...memberIds] })];
}
