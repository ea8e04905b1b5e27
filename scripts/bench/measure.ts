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

/** Loads a subject once and gives what came of it. Throws when an answer was not 2xx. */
export async function measure(subject: SubjectProcess, options: MeasureOptions): Promise<Round> {
  const { connections, seconds, databasePid, generate } = options;
  const before = spent(subject.pid, databasePid);
  const { url, request } = subject;
  const result = await generate({ url, request, connections, seconds });
  const after = spent(subject.pid, databasePid);
  subject.answered += result.answered - result.failed;
  if (result.failed > 0) throw new Error(`${subject.name}: ${result.failed} requests failed`);
  return {
    ...result,
    serverCpuMsPerRequest: (after.server - before.server) / result.answered,
    databaseCpuMsPerRequest: (after.database - before.database) / result.answered,
  };
}

function spent(serverPid: number, databasePid: number | undefined) {
  return {
    server: cpuMs(serverPid),
    database: databasePid === undefined ? 0 : cpuMs(databasePid),
  };
}
