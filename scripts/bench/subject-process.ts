import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import type { Question } from './serve.ts';
import type { LoadRequest, SubjectServers } from './subject.ts';

/** A subject's process, seen from the bench. */
export class SubjectProcess {
  readonly name: string;
  readonly url: string;
  readonly request: LoadRequest;
  readonly pid: number;
  readonly #child: ChildProcess;
  /** Requests that it has answered so far, of all rounds. */
  answered = 0;

  private constructor(
    name: string,
    child: ChildProcess,
    ready: { url: string; request: LoadRequest },
  ) {
    this.name = name;
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.url = ready.url;
    this.request = ready.request;
  }

  static async start(name: string, servers: SubjectServers): Promise<SubjectProcess> {
    const program = new URL(`./serve${extname(import.meta.url)}`, import.meta.url).pathname;
    const child = fork(program, [name, servers.databaseUrl, servers.redisUrl]);
    const ended = once(child, 'exit').then(() => {
      throw new Error(`the subject ${name} ended`);
    });
    ended.catch(() => undefined);
    const [ready] = (await Promise.race([once(child, 'message'), ended])) as [
      { url: string; request: LoadRequest },
    ];
    return new SubjectProcess(name, child, ready);
  }

  /** Whether the subject's ledger adds up with what it has answered. */
  async isExact(): Promise<boolean> {
    const reply = once(this.#child, 'message');
    this.#tell({ ask: 'exact', answered: this.answered });
    const [{ exact }] = (await reply) as [{ exact: boolean }];
    return exact;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#tell({ ask: 'stop' });
    await exited;
  }

  #tell(question: Question): void {
    this.#child.send(question);
  }
}

/** Starts a subject for some work, and stops it whatever comes of it. */
export async function withSubject<T>(
  name: string,
  servers: SubjectServers,
  work: (subject: SubjectProcess) => Promise<T>,
): Promise<T> {
  const subject = await SubjectProcess.start(name, servers);
  try {
    return await work(subject);
  } finally {
    await subject.stop();
  }
}
