import { setTimeout as pause } from 'node:timers/promises';
import { cpuMs } from './cpu.ts';
import type { GenerateLoad, LoadResult } from './load.ts';
import type { RoundLoad, SubjectProcess } from './subject-process.ts';

/** One stretch of load on one subject; CPU of all that it did meanwhile, for the requests measured. */
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

/** A side load runs for so much longer at both ends: no part of the round is without it. */
const OVERLAP_SECONDS = 1;

/**
 * Loads a subject once and gives what came of it. Throws when a connection broke, when another part
 * of the answers than the request says were refusals, or when there were too few messages.
 */
export async function measure(subject: SubjectProcess, options: MeasureOptions): Promise<Round> {
  const { connections, seconds, databasePid, generate } = options;
  const { url } = subject;
  const load = await subject.beginRound();
  const aside = generateAside(url, load, options);
  if (load.sideLoad) await pause(OVERLAP_SECONDS * 1000);
  const before = spent(subject.pid, databasePid);
  const result = await generate({ url, request: load.request, connections, seconds });
  const after = spent(subject.pid, databasePid);
  const aside2 = await aside;
  subject.answered.accepted += result.answered - result.refused;
  subject.answered.refused += result.refused;
  const fault = faultOfRound(load, result, connections, aside2);
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
