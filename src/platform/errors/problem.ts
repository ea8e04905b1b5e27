/** What went wrong in general; platform/http turns it into a status, and nothing else does. */
export type ProblemKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'unprocessable'
  | 'rate_limited'
  | 'unavailable';

export type ProblemExtras = Readonly<Record<string, unknown>>;

/** An error that a client is meant to see: a kind, a stable snake_case code, and words for people. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly code: string;
  readonly title: string;
  /** Further members of the problem document, such as `orderId` or `opensAt`. */
  readonly extras: ProblemExtras;

  constructor(
    kind: ProblemKind,
    code: string,
    title: string,
    detail: string,
    extras: ProblemExtras,
  ) {
    super(detail);
    this.kind = kind;
    this.code = code;
    this.title = title;
    this.extras = extras;
  }
}

export type MakeProblem = (detail?: string, extras?: ProblemExtras) => Problem;

/** Declares an error once; calling what it returns makes an instance, with its own detail. */
export function defineProblem(kind: ProblemKind, code: string, title: string): MakeProblem {
  if (kind === 'unavailable') {
    return (detail = title, extras = {}) => new Problem(kind, code, title, detail, extras);
  }
  return (detail = title, extras = {}) =>
    withoutStack(() => new Problem(kind, code, title, detail, extras));
}

/**
 * An answer that a client is given is no fault to be found: where it was made interests nobody, and
 * collecting that took a seventh of the CPU of a sold-out coupon's refusals.
 */
function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

export const notFound = defineProblem('not_found', 'not_found', 'Not found');
export const unauthenticated = defineProblem(
  'unauthenticated',
  'unauthenticated',
  'A valid access token is needed',
);
export const forbidden = defineProblem('forbidden', 'forbidden', 'Not allowed');
export const validationFailed = defineProblem(
  'invalid',
  'validation_failed',
  'The request is not valid',
);
export const overloaded = defineProblem('unavailable', 'overloaded', 'Too busy right now');
/** Nothing was done: no COMMIT was sent, or it is certain that none succeeded. */
export const databaseUnavailable = defineProblem(
  'unavailable',
  'database_unavailable',
  'The database cannot be reached right now',
);
/** It may have been done. `resource` is the address where to ask, when there is one. */
export const outcomeUnknown = defineProblem(
  'unavailable',
  'outcome_unknown',
  'This may have been done, and nobody can say so right now',
);
