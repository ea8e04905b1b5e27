import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type ShopProcess = {
  child: ChildProcess;
  /** Everything printed so far, both streams. */
  output: () => string;
  /** Resolves with the address once it is printed; rejects when the process ends before. */
  listening: Promise<string>;
  /** Resolves with the exit code, or the signal's name. */
  exited: Promise<number | string>;
};

/** A data folder of one's own; the servers' packages are shared with the other runs. */
export function createDataDir(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'seonchak-shop-'));
  const vendor = resolve('.data/vendor');
  mkdirSync(vendor, { recursive: true });
  symlinkSync(vendor, join(path, 'vendor'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs the built shop with nothing configured but what is given. */
export function runShop(
  environment: Record<string, string>,
  [program, ...args]: readonly [string, ...string[]] = [process.execPath, 'dist/src/main.js'],
): ShopProcess {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let found: (address: string) => void;
  let ended: (error: Error) => void;
  const listening = new Promise<string>((fulfil, reject) => {
    found = fulfil;
    ended = reject;
  });
  // Whoever does not wait for it must not be told of its failure.
  listening.catch(() => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const address = /^listening on (http:\S+)$/m.exec(output)?.[1];
      if (address !== undefined) found(address);
    });
  }
  const exited = once(child, 'close').then(([code, signal]) => {
    ended(new Error(`the shop ended before it listened:\n${output}`));
    return (code ?? signal) as number | string;
  });
  return { child, output: () => output, listening, exited };
}
