import type { StartSubject } from './subject.ts';
import { startEvents } from './subjects/events.ts';
import { startAutocommitInsert, startBatchedInsert } from './subjects/insert-floors.ts';
import { startBuffer, startJson, startJsonBehindToken } from './subjects/json-floors.ts';
import { startRedisLua } from './subjects/redis-floor.ts';

/** What a plain program needs for the same kind of answer; the shop is measured against it. */
export const FLOORS = {
  json: startJson,
  'json-jwt': startJsonBehindToken,
  'buffer-10k': startBuffer,
  'redis-lua-jwt': startRedisLua,
  'insert-autocommit-jwt': startAutocommitInsert,
  'insert-batched-jwt': startBatchedInsert,
} satisfies Record<string, StartSubject>;

export type FloorName = keyof typeof FLOORS;

export type Scenario = {
  name: string;
  /** What is sent by how many connections, for people. */
  what: string;
  connections: number;
  floorName: FloorName;
  start: StartSubject;
};

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'events-1',
    what: 'an event through the outbox to two consumers, one at a time',
    connections: 1,
    floorName: 'insert-autocommit-jwt',
    start: startEvents,
  },
  {
    name: 'events-16',
    what: 'events through the outbox to two consumers',
    connections: 16,
    floorName: 'insert-autocommit-jwt',
    start: startEvents,
  },
  {
    name: 'events-256',
    what: 'events through the outbox to two consumers',
    connections: 256,
    floorName: 'insert-batched-jwt',
    start: startEvents,
  },
];

/** How a server process is told which subject it is. */
export function subjectNamed(name: string): StartSubject | undefined {
  if (Object.hasOwn(FLOORS, name)) return FLOORS[name as FloorName];
  return SCENARIOS.find((scenario) => scenario.name === name)?.start;
}
