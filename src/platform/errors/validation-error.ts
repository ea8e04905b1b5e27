import type { Problem, ProblemExtras } from './problem.ts';
import { validationFailed } from './problem.ts';

/** One place in the input that is wrong; `path` is a JSON pointer such as `/items/0/quantity`. */
export type InvalidPlace = { path: string; message: string };

/** The problem that names every wrong place at once. */
export function invalidInput(places: readonly InvalidPlace[], extras: ProblemExtras = {}): Problem {
  const first = places[0];
  const detail = first ? `${first.path || '/'} ${first.message}` : undefined;
  return validationFailed(detail, { errors: places, ...extras });
}
