import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What this process has answered, as the load generator looks at no answer. */
export type AnswerCounts = {
  /** Answers with a status. */
  of: (status: number) => number;
  /** Requests whose clients left before their answer. */
  unanswered: () => number;
};

/** Counts answers over HTTP from now on, to requests whose paths end so. */
export function countAnswers(pathEnd: string): AnswerCounts {
  const byStatus = new Map<number, number>();
  let asked = 0;
  let answered = 0;
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage };
    if (request.url?.endsWith(pathEnd)) asked += 1;
  });
  subscribe('http.server.response.finish', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (!request.url?.endsWith(pathEnd)) return;
    answered += 1;
    byStatus.set(response.statusCode, (byStatus.get(response.statusCode) ?? 0) + 1);
  });
  return { of: (status) => byStatus.get(status) ?? 0, unanswered: () => asked - answered };
}
