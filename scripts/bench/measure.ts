import { setTimeout as pause } from 'node:timers/promises';
import { cpuMs } from './cpu.ts';
import type { GenerateLoad, LoadPlan, LoadResult } from './load.ts';
import type { SubjectProcess } from './subject-process.ts';
import type { LoadRequest, SideLoad } from './subject.ts';

/** One stretch of load on one subject. With a side load, the CPU time is for both. */
export type Round = LoadResult & {
  serverCpuMsPerRequest: number;
  /** NaN when the database's process is not known. */
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
/** A side load begins so much before the round and ends so much after it. */
const OVERLAP_SECONDS = 1;

/**
 * Loads a subject once and gives what came of it. Throws when a connection broke, when another part
 * of the answers than the request says were refusals, or when messages were sent more often than
 * they may be.
 */
export async function measure(subject: SubjectProcess, options: MeasureOptions): Promise<Round> {
  const { connections, seconds, databasePid, generate } = options;
  const { url } = subject;
  const { request, sideLoad } = await subject.beginRound();
  const [{ before, result, after }, aside] = await Promise.all([
    measured(),
    sideLoad && generate(sidePlan(url, sideLoad, seconds)),
  ]);

  subject.answered.accepted += result.answered - result.refused;
  subject.answered.refused += result.refused;
  const fault =
    // First, as refusals follow from it.
    faultOfSupply(request, result, connections) ??
    faultOfLoad(result, request.refusedShare ?? 0) ??
    (aside && aside.failed > 0 ? `${aside.failed} requests of the side load failed` : undefined);
  if (fault !== undefined) throw new Error(`${subject.name}: ${fault}`);
  return {
    ...result,
    serverCpuMsPerRequest: (after.server - before.server) / result.answered,
    databaseCpuMsPerRequest: (after.database - before.database) / result.answered,
  };

  async function measured() {
    if (sideLoad) await pause(OVERLAP_SECONDS * 1000);
    const start = spent(subject.pid, databasePid);
    const loaded = await generate({ url, request, connections, seconds });
    return { before: start, result: loaded, after: spent(subject.pid, databasePid) };
  }
}

function sidePlan(url: string, { request, connections }: SideLoad, seconds: number): LoadPlan {
  return { url, request, connections, seconds: seconds + 2 * OVERLAP_SECONDS };
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

/** Whether messages that may be sent once ran out, those on their way at the end included. */
export function faultOfSupply(
  { messages, isSentOnce = false }: Pick<LoadRequest, 'messages' | 'isSentOnce'>,
  { answered }: Pick<LoadResult, 'answered'>,
  connections: number,
): string | undefined {
  if (!isSentOnce || answered + connections < messages.length) return undefined;
  return `it ran out of messages: ${messages.length} for ${answered} answers in a round`;
}

function spent(serverPid: number, databasePid: number | undefined) {
  return {
    server: cpuMs(serverPid),
    database: databasePid === undefined ? Number.NaN : cpuMs(databasePid),
  };
}
