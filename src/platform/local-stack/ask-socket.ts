import { createConnection } from 'node:net';

const LONGEST_ANSWER_MS = 1_000;

/**
 * Connects to a Unix socket, sends `request` and returns the first bytes of the answer; empty when
 * nobody listens or answers within a second. Both servers accept connections before they do their
 * work, so a connection alone says nothing: MariaDB greets, and Redis answers a PING, only when
 * they are ready.
 */
export function askSocket(path: string, request: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const finish = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(LONGEST_ANSWER_MS, () => finish(''));
    socket.once('error', () => finish('')); // Not there yet: the caller asks again.
    socket.once('end', () => finish(''));
    socket.once('data', (answer) => finish(answer.toString('latin1')));
    if (request !== '') socket.write(request);
  });
}
