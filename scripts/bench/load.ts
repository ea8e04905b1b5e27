import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LoadRequest } from './subject.ts';

export type LoadResult = {
  perSecond: number;
  answered: number;
  /** Answers that are not 2xx, and connections that broke. */
  failed: number;
  p50Ms: number;
  p99Ms: number;
};

export type LoadPlan = {
  url: string;
  request: LoadRequest;
  connections: number;
  seconds: number;
};

/** Sends one request over and over, each connection waiting for its answer. */
export type GenerateLoad = (plan: LoadPlan) => Promise<LoadResult>;

const run = promisify(execFile);

/** Load by wrk, which takes little of the machine. */
export function wrkLoad(program: string, environment: NodeJS.ProcessEnv): GenerateLoad {
  return async ({ url, request, connections, seconds }) => {
    const folder = mkdtempSync(join(tmpdir(), 'seonchak-bench-'));
    try {
      const script = join(folder, 'request.lua');
      writeFileSync(script, luaOf(request));
      const { stdout } = await run(
        program,
        [
          '-t1',
          `-c${connections}`,
          `-d${seconds}s`,
          '--timeout=30s',
          `--script=${script}`,
          url + request.path,
        ],
        { env: environment },
      );
      return parseReport(stdout, seconds);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

/** Lua reads these strings as JSON writes them. */
const text = (value: string) => JSON.stringify(value);

/** Sends the request, and prints what is read below. */
function luaOf({ method, headers, body }: LoadRequest): string {
  const headerLines = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[${text(name)}] = ${text(value)}`,
  );
  return `
wrk.method = ${text(method)}
${headerLines.join('\n')}
${body === undefined ? '' : `wrk.body = ${text(body)}`}
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\\nREPORT %d %d %d %f %f\\n', summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
`;
}

function parseReport(output: string, seconds: number): LoadResult {
  const report = /^REPORT (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+)$/m.exec(output);
  if (!report) throw new Error(`wrk printed no report:\n${output}`);
  const [requests = 0, microseconds = 0, failed = 0, p50Ms = 0, p99Ms = 0] = report
    .slice(1)
    .map(Number);
  const elapsed = microseconds > 0 ? microseconds / 1e6 : seconds;
  return { perSecond: requests / elapsed, answered: requests, failed, p50Ms, p99Ms };
}

/** Load by autocannon, where there is no wrk; it takes more of the machine. */
export function autocannonLoad(): GenerateLoad {
  return async ({ url, request, connections, seconds }) => {
    const { default: autocannon } = await import('autocannon');
    const { method, path, headers, body } = request;
    const result = await autocannon({
      url: url + path,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      connections,
      duration: seconds,
      timeout: 30,
    });
    const answered = result['2xx'];
    return {
      perSecond: answered / result.duration,
      answered,
      failed: result.non2xx + result.errors,
      p50Ms: result.latency.p50,
      p99Ms: result.latency.p99,
    };
  };
}
