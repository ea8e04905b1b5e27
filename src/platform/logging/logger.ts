import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { serializeError } from './serialize-error.ts';

export type { Logger };

/** Where secrets and personal data may appear in what is logged; their values never are. */
const REDACTED = [
  'req.headers.authorization',
  'req.headers.cookie',
  '*.password',
  '*.accessToken',
  '*.refreshToken',
  '*.loginId',
  '*.email',
  '*.phone',
  '*.address',
];

/** @param destination where the lines go; stdout when not given */
export function createLogger(
  level: string,
  destination: DestinationStream = standardOutput(),
): Logger {
  return pino(
    {
      level,
      redact: { paths: REDACTED, censor: '[redacted]' },
      serializers: { err: (error: unknown) => serializeError(error) },
    },
    destination,
  );
}

/** Pretty lines for a person at a terminal, JSON for everything else; NODE_ENV has no say. */
function standardOutput(): DestinationStream {
  return process.stdout.isTTY
    ? pretty({ colorize: true, ignore: 'pid,hostname', sync: true })
    : pino.destination(1);
}
