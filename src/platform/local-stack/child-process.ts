import { spawn, spawnSync } from 'node:child_process';

export type CommandOptions = {
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  cwd?: string;
  /** Written to standard input, which is closed afterwards; without it standard input is empty. */
  input?: string;
};

export type CommandResult = { succeeded: boolean; stdout: string; stderr: string; ending: string };

/**
 * Runs a command to its end without blocking the event loop. A command that fails, can't be started
 * or exceeds `timeoutMs` (it is killed then) is a result, not an exception: the callers know what
 * to tell a person.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const [file, fileArgs] = endingWithParent('KILL', command, args);
    const child = spawn(file, fileArgs, {
      env: options.env,
      cwd: options.cwd,
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      stdio: 'pipe',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A command that ends before it has read everything breaks the pipe; 'close' tells how it ended.
    child.stdin.on('error', (error) => (stderr += `\n(standard input: ${error.message})`));
    child.stdin.end(options.input ?? '');
    child.once('error', (error) => {
      resolve({ succeeded: false, stdout, stderr, ending: error.message });
    });
    child.once('close', (exitCode, signal) => {
      resolve({
        succeeded: exitCode === 0,
        stdout,
        stderr,
        ending: describeExit(exitCode, signal),
      });
    });
  });
}

/** How a process ended, for a person: `exit code 1` or `killed by SIGKILL`. */
export function describeExit(exitCode: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${exitCode}` : `killed by ${signal}`;
}

let setprivKnowsDeathSignal: boolean | undefined;

/**
 * The command in a form in which the kernel sends it `signal` when this process dies, however it
 * dies: a `kill -9` of the shop must not leave servers behind that hold its data folder. Where
 * setpriv is missing or too simple (busybox) the command is returned as it is; what it leaves
 * behind then is ended by the next start (leftover-servers.ts).
 *
 * The kernel watches the *thread* that started the process, so don't start a stack in a worker
 * thread that ends early.
 */
export function endingWithParent(
  signal: 'TERM' | 'KILL',
  command: string,
  args: readonly string[],
): [string, string[]] {
  setprivKnowsDeathSignal ??=
    spawnSync('setpriv', ['--pdeathsig', 'KILL', '--', 'true'], { stdio: 'ignore' }).status === 0;
  return setprivKnowsDeathSignal
    ? ['setpriv', ['--pdeathsig', signal, '--', command, ...args]]
    : [command, [...args]];
}
