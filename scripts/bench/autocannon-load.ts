import { TIMEOUT_SECONDS, type GenerateLoad } from './load.ts';

/** Load by autocannon, where there is no wrk; it takes more of the machine. */
export function autocannonLoad(): GenerateLoad {
  return async ({ url, request, connections, seconds }) => {
    const { default: autocannon } = await import('autocannon');
    const { method, path, messages } = request;
    let sent = 0;
    const result = await autocannon({
      url: url + path,
      connections,
      duration: seconds,
      timeout: TIMEOUT_SECONDS,
      requests: [
        {
          method,
          // One counter for all connections; left to itself, each of them begins with the first.
          setupRequest: (next) => {
            const message = messages[sent % messages.length];
            sent += 1;
            return { ...next, ...message };
          },
        },
      ],
    });
    const answered = result['2xx'] + result.non2xx;
    return {
      perSecond: answered / result.duration,
      answered,
      refused: result.non2xx,
      failed: result.errors,
      p50Ms: result.latency.p50,
      p99Ms: result.latency.p99,
    };
  };
}
