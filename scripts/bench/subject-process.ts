import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { withFreshDatabase } from './fresh-database.ts';
import { isFloor } from './scenarios.ts';
import type { Question } from './serve.ts';
import type { Answered, LoadRequest, RoundPaths, SideLoad, SubjectServers } from './subject.ts';

type Ready = { url: string; request: LoadRequest; sideLoad?: SideLoad };

/** What is sent in a round. */
type RoundLoad = { request: LoadRequest; sideLoad: SideLoad | undefined };

/** As `npm start` starts it: what a batch makes lives longer than the usual young generation. */
const SHOP_OPTIONS = ['--max-semi-space-size=32'];

/** A subject's process, seen from the bench. */
export class SubjectProcess {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly answered: Answered = { accepted: 0, refused: 0 };
  readonly #ready: Ready;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(name: string, child: ChildProcess, exited: Promise<unknown>, ready: Ready) {
    this.name = name;
    this.#child = child;
    this.#exited = exited;
    this.pid = child.pid ?? 0;
    this.url = ready.url;
    this.#ready = ready;
  }

  static async start(
    name: string,
    servers: SubjectServers,
    profileDir: string | undefined,
  ): Promise<SubjectProcess> {
    const program = new URL(`./serve${extname(import.meta.url)}`, import.meta.url).pathname;
    const child = fork(program, [name, servers.databaseUrl, servers.redisUrl], {
      execArgv: [
        ...process.execArgv,
        ...(isFloor(name) ? [] : SHOP_OPTIONS),
        ...profilerOptions(name, profileDir),
      ],
    });
    const exited = once(child, 'exit');
    const [ready] = (await messageOf(name, child, exited)) as [Ready];
    return new SubjectProcess(name, child, exited, ready);
  }

  /** Has the subject make what a round uses up, and gives what to send. */
  async beginRound(): Promise<RoundLoad> {
    const { paths } = await this.#ask<{ paths: RoundPaths }>({ ask: 'round' });
    const { request, sideLoad } = this.#ready;
    return {
      request: withPath(request, paths.request),
      sideLoad: sideLoad && {
        ...sideLoad,
        request: withPath(sideLoad.request, paths.sideLoad),
      },
    };
  }

  /** Whether the subject's ledger adds up with what it has answered. */
  async isExact(): Promise<boolean> {
    const { answered } = this;
    return (await this.#ask<{ exact: boolean }>({ ask: 'exact', answered })).exact;
  }

  async stop(): Promise<void> {
    // One that ended by itself hears nothing any more.
    if (this.#child.connected) this.#tell({ ask: 'stop' });
    await this.#exited;
  }

  async #ask<Reply>(question: Question): Promise<Reply> {
    const reply = messageOf(this.name, this.#child, this.#exited);
    this.#tell(question);
    const [answer] = (await reply) as [Reply];
    return answer;
  }

  #tell(question: Question): void {
    this.#child.send(question);
  }
}

function withPath(request: LoadRequest, path = request.path): LoadRequest {
  return { ...request, path };
}

/** What the process says next. Throws when it ends instead. */
function messageOf(
  name: string,
  child: ChildProcess,
  exited: Promise<unknown>,
): Promise<unknown[]> {
  const ended = exited.then(() => {
    throw new Error(`the subject ${name} ended`);
  });
  return Promise.race([once(child, 'message'), ended]);
}

/** Node writes the profile when the process ends. */
function profilerOptions(name: string, profileDir: string | undefined): string[] {
  if (profileDir === undefined) return [];
  return ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${profileOf(name)}`];
}

/** The file of a subject's CPU profile, in the folder of profiles. */
export function profileOf(name: string): string {
  return `${name}.cpuprofile`;
}

/**
 * Starts a subject for some work, on a database of its own, and stops it whatever comes of it.
 * @param profileDir where its CPU profile goes; none is made when not given
 */
export async function withSubject<T>(
  name: string,
  servers: SubjectServers,
  work: (subject: SubjectProcess) => Promise<T>,
  profileDir?: string,
): Promise<T> {
  const database = `seonchak_bench_${name.replaceAll('-', '_')}`;
  return withFreshDatabase(servers.databaseUrl, database, async (databaseUrl) => {
    const subject = await SubjectProcess.start(name, { ...servers, databaseUrl }, profileDir);
    try {
      return await work(subject);
    } finally {
      await subject.stop();
    }
  });
}
