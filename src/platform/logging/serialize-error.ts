import { withoutValues } from './without-values.ts';

/** Fields of drizzle's, the driver's and ioredis' errors that hold what was to be stored. */
const VALUES = new Set(['params', 'query', 'sql', 'sqlMessage', 'parameters', 'command', 'args']);
/** They stand at the head of what is logged. */
const OWN = new Set(['name', 'message', 'stack', 'cause', 'errors']);
const STACK_LINE = /^ {4}at /;
/** Causes of causes that are logged at the most: they could go round. */
const DEEPEST = 8;

export type LoggedError = {
  type: string;
  message: string;
  stack: string;
  cause?: unknown;
  errors?: unknown;
  [field: string]: unknown;
};

/**
 * An error as it is logged: with its stack, its causes and its fields, but without the values of the
 * statement that failed. What is no error is given back as it is.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const logged: LoggedError = {
    type: error.constructor.name,
    message: withoutValues(error.message),
    stack: stackOf(error),
  };
  for (const [field, value] of Object.entries(error)) {
    if (VALUES.has(field) || OWN.has(field)) continue;
    logged[field] = value instanceof Error ? deeper(value, depth) : value;
  }
  if (error.cause !== undefined) logged.cause = deeper(error.cause, depth);
  if (error instanceof AggregateError) {
    logged.errors = error.errors.map((each) => deeper(each, depth));
  }
  return logged;
}

function deeper(error: unknown, depth: number): unknown {
  return depth < DEEPEST ? serializeError(error, depth + 1) : '…';
}

/** The stack begins with the message, whose lines are no lines of a stack. */
function stackOf({ name, message, stack = '' }: Error): string {
  const at = stack.indexOf(message);
  const below = at < 0 ? stack : stack.slice(at + message.length);
  const lines = below.split('\n').filter((line) => STACK_LINE.test(line));
  return [`${name}: ${withoutValues(message)}`, ...lines].join('\n');
}
