import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';

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

/** Pretty lines for a person at a terminal, JSON for everything else; NODE_ENV has no say. */
export function createLogger(level: string): Logger {
  const destination: DestinationStream = process.stdout.isTTY
    ? pretty({ colorize: true, ignore: 'pid,hostname', sync: true })
    : pino.destination(1);
  return pino({ level, redact: { paths: REDACTED, censor: '[redacted]' } }, destination);
}
