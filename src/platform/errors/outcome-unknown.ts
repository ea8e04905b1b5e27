import type { Id } from '../ids/id.ts';

/**
 * What was asked for may have been done: the answer to a COMMIT never came, or what a COMMIT left
 * cannot be read. Over HTTP it becomes `outcome_unknown` (decision 19).
 */
export class OutcomeUnknown extends Error {
  override readonly name: string = 'OutcomeUnknown';
  /** What would have been made, when the request itself does not name it. */
  readonly resourceId: Id | undefined;

  constructor(message: string, options: { cause: unknown; resourceId?: Id | undefined }) {
    super(message, { cause: options.cause });
    this.resourceId = options.resourceId;
  }
}

/** The OutcomeUnknown that an error is, or goes back to. */
export function outcomeUnknownIn(error: unknown): OutcomeUnknown | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof OutcomeUnknown) return at;
  }
  return undefined;
}
