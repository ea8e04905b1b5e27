import { defineConsumer } from '../../../platform/events/consumer.ts';
import { membersRegistered } from '../../user/user.events.ts';
import { insertKnownMembers } from './known-members.store.ts';

/** Keeps coupon's own copy of whom the shop has. */
export const copyMembers = defineConsumer({
  name: 'coupon.copy-members',
  lane: 'coupon-copies',
  on: [membersRegistered],
  ordering: 'commutative',
  handle: async (tx, events) => {
    const memberIds = new Set(events.flatMap(({ payload }) => payload.memberIds));
    await insertKnownMembers(tx, [...memberIds]);
  },
});
