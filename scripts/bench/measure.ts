import { cpuMs } from './cpu.ts';
import type { GenerateLoad, LoadResult } from './load.ts';
import type { SubjectProcess } from './subject-process.ts';

/** One stretch of load on one subject. */
export type Round = LoadResult & {
  serverCpuMsPerRequest: number;
  databaseCpuMsPerRequest: number;
};

export type MeasureOptions = {
  connections: number;
  seconds: number;
  databasePid: number | undefined;
  generate: GenerateLoad;
};

/** A share of refusals may be this far off: a round ends while some of them are on their way. */
const TOLERATED_SHARE = 0.02;

/**
 * Loads a subject once and gives what came of it. Throws when a connection broke, or when another
 * part of the answers than the request says were refusals.
 */
export async function measure(subject: SubjectProcess, options: MeasureOptions): Promise<Round> {
  const { connections, seconds, databasePid, generate } = options;
  const before = spent(subject.pid, databasePid);
  const { url, request } = subject;
  const result = await generate({ url, request, connections, seconds });
  const after = spent(subject.pid, databasePid);
  subject.answered.accepted += result.answered - result.refused;
  subject.answered.refused += result.refused;
  const fault = faultOfLoad(result, request.refusedShare ?? 0);
  if (fault !== undefined) throw new Error(`${subject.name}: ${fault}`);
  return {
    ...result,
    serverCpuMsPerRequest: (after.server - before.server) / result.answered,
    databaseCpuMsPerRequest: (after.database - before.database) / result.answered,
  };
}

/** What was wrong with the answers, if anything. */
export function faultOfLoad(
  { answered, refused, failed }: Pick<LoadResult, 'answered' | 'refused' | 'failed'>,
  refusedShare: number,
): string | undefined {
  if (failed > 0) return `${failed} requests failed`;
  if (answered === 0) return 'nothing was answered';
  const tolerated = refusedShare === 0 ? 0 : TOLERATED_SHARE;
  if (Math.abs(refused / answered - refusedShare) <= tolerated) return undefined;
  return `${refused} of ${answered} answers were refusals; ${refusedShare * 100} % should be`;
}

function spent(serverPid: number, databasePid: number | undefined) {
  return {
    server: cpuMs(serverPid),
    database: databasePid === undefined ? 0 : cpuMs(databasePid),
  };
}
