import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TIMEOUT_SECONDS, type GenerateLoad, type LoadResult } from './load.ts';
import type { LoadRequest, Message } from './subject.ts';

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
          `--timeout=${TIMEOUT_SECONDS}s`,
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

function luaMessage({ headers, body }: Message): string {
  const fields = Object.entries(headers).map(([name, value]) => `[${text(name)}] = ${text(value)}`);
  const luaBody = body === undefined ? '' : `, body = ${text(body)}`;
  return `{ headers = { ${fields.join(', ')} }${luaBody} }`;
}

/** What one Lua function may have of constants is limited; each message has a few of its own. */
const MESSAGES_A_FUNCTION = 1000;

/** Lua that adds the messages to `messages`, piece by piece. */
function luaMessages(messages: readonly Message[]): string {
  const pieces: string[] = [];
  for (let from = 0; from < messages.length; from += MESSAGES_A_FUNCTION) {
    const piece = messages.slice(from, from + MESSAGES_A_FUNCTION);
    pieces.push(`add(function() return {
${piece.map(luaMessage).join(',\n')}
} end)`);
  }
  return pieces.join('\n');
}

/**
 * Puts the requests together before the clock runs, sends them in turn, and prints what is read
 * below. No answer is looked at: wrk would need more of the machine for that.
 */
function luaOf({ method, messages }: LoadRequest): string {
  return `
wrk.method = ${text(method)}
local messages = {}
local function add(piece)
  for _, message in ipairs(piece()) do messages[#messages + 1] = message end
end
${luaMessages(messages)}
local requests = {}
local turn = 0
function init()
  for place, message in ipairs(messages) do
    requests[place] = wrk.format(nil, nil, message.headers, message.body)
  end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\\nREPORT %d %d %d %d %f %f\\n', summary.requests, summary.duration,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
`;
}

function parseReport(output: string, seconds: number): LoadResult {
  const report = /^REPORT (\d+) (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+)$/m.exec(output);
  if (!report) throw new Error(`wrk printed no report:\n${output}`);
  const [answered = 0, microseconds = 0, refused = 0, failed = 0, p50Ms = 0, p99Ms = 0] = report
    .slice(1)
    .map(Number);
  const elapsed = microseconds > 0 ? microseconds / 1e6 : seconds;
  return { perSecond: answered / elapsed, answered, refused, failed, p50Ms, p99Ms };
}
