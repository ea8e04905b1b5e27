/** What drizzle adds to a statement that failed: everything that was to be stored. */
const PARAMETERS = /\nparams: [\s\S]*$/;
/** What the servers quote of a statement that failed, with as many quotes in it as it likes. */
const QUOTED_VALUES: readonly RegExp[] = [
  /(Duplicate entry )'[\s\S]*'(?= for key )/g,
  /(\bvalue:? )'[\s\S]*'(?= for column | at row |$)/g,
  /(\bout of range in )'[\s\S]*'/g,
  /(\bnear )'[\s\S]*'(?= at line \d+)/g,
];
const REDACTED = "'…'";

/** The text of an error without what somebody wanted to store: statements and keys stay. */
export function withoutValues(text: string): string {
  let kept = text.replace(PARAMETERS, '');
  for (const pattern of QUOTED_VALUES) kept = kept.replace(pattern, `$1${REDACTED}`);
  return kept;
}

/** Causes of causes that are told at the most: they could go round. */
const DEEPEST = 8;

/** What an error says, and what it goes back to, without values. */
export function describeError(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return withoutValues(String(error));
  const own = `${error.name}: ${withoutValues(error.message)}`;
  if (error.cause === undefined || depth >= DEEPEST) return own;
  return `${own}; caused by ${describeError(error.cause, depth + 1)}`;
}
