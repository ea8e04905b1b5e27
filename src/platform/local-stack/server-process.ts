import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { describeExit, endingWithParent } from './child-process.ts';
import { LocalStackError } from './local-stack-error.ts';
import { poll } from './poll.ts';
import { hintAtOtherProgram, type ServerProgram } from './server-program.ts';

const LARGEST_LOG_BYTES = 10_000_000;
const LONGEST_START_MS = 180_000;
const SLOW_START_MS = 5_000;
/** The first such line of a start names the cause, the later ones what followed from it. */
const COMPLAINT =
  /\[ERROR\]|fatal|error while|bad file|corrupt|can't|permission denied|no space left/i;

export type ServerProcess = {
  /** For messages: `MariaDB`. */
  product: string;
  program: ServerProgram;
  logFile: string;
  /** How it ended, for a person; undefined while it runs. */
  ending(): string | undefined;
  /** Calls back with the same when it has ended, or has already. */
  onEnd(listener: (how: string) => void): void;
  /** The server's own word on what went wrong in this start; undefined when it said nothing. */
  complaint(): string | undefined;
  /** Asks it to end, kills it after `graceMs`, and resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
};

export type ServerCommand = {
  product: string;
  program: ServerProgram;
  args: readonly string[];
  /** What it gets when this process dies without stopping it. */
  signalWhenOrphaned: 'TERM' | 'KILL';
  logFile: string;
};

/**
 * Starts a server as a child in a session of its own: Ctrl-C in a terminal goes to all processes of
 * the terminal's foreground group, and would otherwise end the database before the shop has
 * finished its open requests. It ends with this process nevertheless.
 */
export function startServerProcess(command: ServerCommand): ServerProcess {
  keepLogSmall(command.logFile);
  const log = openSync(command.logFile, 'a', 0o600);
  const logStart = statSync(command.logFile).size;
  const [file, args] = endingWithParent(
    command.signalWhenOrphaned,
    command.program.path,
    command.args,
  );
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: command.program.env,
  });
  closeSync(log);

  let ending: string | undefined;
  const whenEnded = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      ending = how;
      resolve(how);
    };
    child.once('exit', (exitCode, signal) => end(describeExit(exitCode, signal)));
    child.on('error', (error) => {
      if (child.pid === undefined) end(error.message); // It never started, so there will be no 'exit'.
    });
  });
  return {
    product: command.product,
    program: command.program,
    logFile: command.logFile,
    ending: () => ending,
    onEnd: (listener) => void whenEnded.then(listener),
    complaint: () => {
      const lines = readFileSync(command.logFile).subarray(logStart).toString('utf8').split('\n');
      return lines.find((line) => COMPLAINT.test(line))?.trim();
    },
    stop: async (graceMs) => {
      if (ending !== undefined) return;
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await whenEnded;
      clearTimeout(kill);
    },
  };
}

/**
 * Waits until `answers` says that the server does its work. A long recovery after a crash is waited
 * for; a server that has ended, or says nothing for three minutes, is not.
 *
 * @throws LocalStackError with the server's own complaint and the path of its log
 */
export async function waitUntilServing(
  server: ServerProcess,
  answers: () => Promise<boolean>,
  log: (line: string) => void,
): Promise<void> {
  let announced = false;
  await poll(10, async (elapsedMs) => {
    if (await answers()) return true;
    if (server.ending() !== undefined || elapsedMs > LONGEST_START_MS) {
      const how = server.ending() ?? `no answer for ${LONGEST_START_MS / 1000} s`;
      const why = [how, server.complaint()].filter((part) => part !== undefined).join(': ');
      throw new LocalStackError(
        `${server.product} does not come up (${why}) – see ${server.logFile}${hintAtOtherProgram(server.program)}`,
      );
    }
    if (!announced && elapsedMs > SLOW_START_MS) {
      announced = true;
      log(`${server.product} takes its time to read its data; it writes to ${server.logFile}`);
    }
    return undefined;
  });
}

/** One older log is kept. Only at a start, as the servers keep their log file open. */
function keepLogSmall(logFile: string): void {
  if (existsSync(logFile) && statSync(logFile).size > LARGEST_LOG_BYTES) {
    renameSync(logFile, `${logFile}.old`);
  }
}
