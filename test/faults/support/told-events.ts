import { Type } from 'typebox';
import { defineEvent, field } from '../../../src/platform/events/define-event.ts';

/** What the consumer `keep` makes of an event: it takes it, fails on it, or dies of it. */
export type Mood = 'plain' | 'poison' | 'killer';

/** What writers record, each with a row of the ledger. */
export const noted = defineEvent(
  'fault.noted',
  Type.Object({
    eventId: field.id(),
    amount: field.count(),
    mood: Type.Union([Type.Literal('plain'), Type.Literal('poison'), Type.Literal('killer')]),
  }),
);

/** What `keep` causes, once for each event that it has taken. */
export const echoed = defineEvent('fault.echoed', Type.Object({ eventId: field.id() }));
