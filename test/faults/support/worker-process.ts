import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { endingWithParent } from '../../../src/platform/local-stack/child-process.ts';
import type { DeathPlace } from './death-points.ts';
import type { LoadPlan, LoadReport } from './load.ts';
import type { Mood } from './told-events.ts';

/** What a worker is to be. */
export type WorkerOrder = {
  databaseUrl: string;
  timing: { heartbeatMs: number; leaseMs: number };
  consumers: readonly string[];
  allowsUnknownConsumers?: boolean;
  takesPoison?: boolean;
  load?: LoadPlan;
  dieAt?: { place: DeathPlace; nth: number };
};

export type WorkerRequest =
  | { ask: 'end-load' | 'await-load' | 'stop' }
  | { ask: 'record'; moods: readonly Mood[] };

export type WorkerAnswer =
  | { is: 'ready' | 'recorded' }
  | { is: 'refused'; why: string }
  | { is: 'load'; report: LoadReport };

/** The kernel counts a process's memory in pages. */
const PAGE_BYTES = 4096;

/** An instance of the backbone in a process of its own, seen from the test. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | string>;
  #complaint = '';
  #hasEnded = false;

  private constructor(program: string, order: WorkerOrder) {
    // Ends with the test, even when that is killed, and even when the worker is stopped just then.
    const [file, args] = endingWithParent('KILL', process.execPath, [
      program,
      JSON.stringify(order),
    ]);
    const seesLog = process.env.TEST_LOG_LEVEL !== undefined;
    this.#child = spawn(file, args, {
      stdio: ['ignore', seesLog ? 'inherit' : 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#complaint += chunk.toString()));
    this.#exited = once(this.#child, 'close').then(([code, signal]) => {
      this.#hasEnded = true;
      return (code ?? signal) as number | string;
    });
  }

  /**
   * Starts it without waiting for anything: it may die before it is ready.
   * @param program what buildWorker() made
   */
  static launch(program: string, order: WorkerOrder): WorkerProcess {
    return new WorkerProcess(program, order);
  }

  /** Resolves when it takes events; rejects with its reason when it does not start. */
  async ready(): Promise<void> {
    const answer = await this.#answer('ready', 'refused');
    if (answer.is === 'refused') throw new Error(answer.why);
  }

  /** The exit code, or the signal's name. */
  get exited(): Promise<number | string> {
    return this.#exited;
  }

  /** Memory that the process has in RAM. */
  get residentBytes(): number {
    const pages = readFileSync(`/proc/${this.#child.pid}/statm`, 'utf8').split(' ')[1];
    return Number(pages) * PAGE_BYTES;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#child.kill(name);
  }

  async kill(): Promise<void> {
    if (!this.#hasEnded) this.signal('SIGKILL');
    await this.#exited;
  }

  /** Lets the writers finish what they have in hand. Fails when one of them got an error. */
  endLoad(): Promise<LoadReport> {
    return this.#reportOf('end-load');
  }

  /** Waits until the load's total is recorded. */
  awaitLoad(): Promise<LoadReport> {
    return this.#reportOf('await-load');
  }

  /** Records one envelope of events, each of an aggregate of its own. */
  async record(moods: readonly Mood[]): Promise<void> {
    await this.#ask({ ask: 'record', moods }, 'recorded');
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    this.#child.send({ ask: 'stop' } satisfies WorkerRequest);
    const ending = await this.#exited;
    if (ending !== 0) throw this.#endedEarly(ending);
  }

  async #reportOf(ask: 'end-load' | 'await-load'): Promise<LoadReport> {
    const answer = await this.#ask({ ask }, 'load');
    if (answer.is !== 'load') throw new Error(`the worker answered ${answer.is}`);
    const [error] = answer.report.errors;
    if (error !== undefined) {
      throw new Error(`${answer.report.errors.length} writers failed, the first with: ${error}`);
    }
    return answer.report;
  }

  #ask(request: WorkerRequest, ...expected: WorkerAnswer['is'][]): Promise<WorkerAnswer> {
    this.#child.send(request);
    return this.#answer(...expected);
  }

  async #answer(...expected: WorkerAnswer['is'][]): Promise<WorkerAnswer> {
    const ended = this.#exited.then((ending) => {
      throw this.#endedEarly(ending);
    });
    // One of the two is left unheard.
    ended.catch(() => undefined);
    const [answer] = (await Promise.race([once(this.#child, 'message'), ended])) as [WorkerAnswer];
    if (!expected.includes(answer.is)) throw new Error(`the worker answered ${answer.is}`);
    return answer;
  }

  #endedEarly(ending: number | string): Error {
    return new Error(`the worker ended with ${ending}: ${this.#complaint}`);
  }
}
