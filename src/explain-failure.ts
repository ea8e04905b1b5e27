import { ConfigError } from './platform/config/config.ts';
import { ConsumerConflict } from './platform/events/consumer-registry.ts';
import { DatabaseUnfit } from './platform/database/check-server.ts';
import { StatementRefused } from './platform/database/hot-statements.ts';
import { LocalStackError } from './platform/local-stack/local-stack-error.ts';

/** A program was called in a way that it does not take; the message says what it takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Their messages say what a person can do. */
const FOR_A_PERSON = [
  UsageError,
  LocalStackError,
  ConsumerConflict,
  DatabaseUnfit,
  StatementRefused,
];

/** One clear line for what a person can mend; the whole error for what is our own fault. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigError) return `The configuration is not usable:\n${error.message}`;
  if (FOR_A_PERSON.some((kind) => error instanceof kind)) return (error as Error).message;
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `${error.message}: stop what runs there, or set PORT.`;
  if (code === 'EACCES') return `Not allowed: ${error.message}`;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
    return `The database does not answer: ${error.message}. Is DATABASE_URL right?`;
  }
  return error.stack ?? error.message;
}
