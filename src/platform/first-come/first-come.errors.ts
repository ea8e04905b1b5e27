import { defineProblem } from '../errors/problem.ts';

/** Redis decides who is in; while it is away nobody does, and everything else goes on. */
export const firstComeUnavailable = defineProblem(
  'unavailable',
  'first_come_unavailable',
  'Nothing can be claimed right now',
);
