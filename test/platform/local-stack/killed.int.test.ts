import { describe, expect, test } from 'vitest';
import {
  eventually,
  launch,
  processGroupOf,
  redis,
  runningServers,
  sql,
  startStack,
  temporaryFolder,
} from './support.ts';

describe('a local stack whose processes are killed', () => {
  test('ends with the process that started it, and does not hinder the next start', async () => {
    const dataDir = temporaryFolder();
    const launcher = await launch(dataDir);
    await sql(launcher, 'CREATE TABLE kept (n INT)', 'INSERT INTO kept VALUES (1)');
    const servers = runningServers(dataDir).map(({ pid }) => pid);
    expect(servers).toHaveLength(2);

    launcher.process.kill('SIGKILL');
    await eventually('the launcher is gone', () => launcher.process.signalCode !== null);
    // At once: its servers are still ending now.
    const next = await startStack(dataDir);
    expect(await sql(next, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    expect(runningServers(dataDir).filter(({ pid }) => servers.includes(pid))).toEqual([]);
  });

  test('leaves nothing running when nobody starts it again', async () => {
    const dataDir = temporaryFolder();
    const launcher = await launch(dataDir);
    launcher.process.kill('SIGKILL');
    await eventually('its servers end', () => runningServers(dataDir).length === 0);
    const next = await startStack(dataDir);
    expect(next.lines).toEqual([]);
  });

  test('waits at the next start until servers of a killed one have ended', async () => {
    const dataDir = temporaryFolder();
    const launcher = await launch(dataDir);
    // Stopped processes can't end by SIGTERM: this is a server that takes its time.
    for (const { pid } of runningServers(dataDir)) process.kill(pid, 'SIGSTOP');
    launcher.process.kill('SIGKILL');
    await eventually('the launcher is gone', () => launcher.process.signalCode !== null);

    const lines: string[] = [];
    const starting = startStack(dataDir, { log: (line) => lines.push(line) });
    await eventually('it says what it waits for', () => lines.length > 0);
    expect(lines[0]).toMatch(/^waiting for the servers of an earlier start \(pid /);
    expect(runningServers(dataDir).map(({ pid }) => pid)).not.toEqual([]);
    for (const { pid } of runningServers(dataDir)) process.kill(pid, 'SIGCONT');
    expect(await sql(await starting, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('is not hindered when launcher and servers are killed together', async () => {
    const dataDir = temporaryFolder();
    const launcher = await launch(dataDir);
    await sql(launcher, 'CREATE TABLE kept (n INT)', 'INSERT INTO kept VALUES (1)');
    const [...servers] = runningServers(dataDir);
    launcher.process.kill('SIGKILL');
    for (const { pid } of servers) process.kill(pid, 'SIGKILL');
    await eventually('the launcher is gone', () => launcher.process.signalCode !== null);

    const next = await startStack(dataDir);
    expect(await sql(next, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  test('keeps its servers when Ctrl-C reaches the whole process group', async () => {
    const dataDir = temporaryFolder();
    const launcher = await launch(dataDir);
    const { pid } = launcher.process;
    if (pid === undefined) throw new Error('the launcher has no pid');
    process.kill(-pid, 'SIGINT');
    // The launcher ignores it, as a shop does that still has open requests. A server that got it
    // would end a moment later, so that it still answers proves little: it must not be in the group
    // at all.
    expect(await redis(launcher, 'PING')).toBe('PONG');
    const groups = runningServers(dataDir).map((server) => processGroupOf(server.pid));
    expect(groups).toHaveLength(2);
    expect(groups).not.toContain(pid);
  });

  test('tells of a server that ended by itself, stops the other one and starts again', async () => {
    const dataDir = temporaryFolder();
    const stack = await startStack(dataDir);
    await redis(stack, 'SET', 'kept', 'yes');
    const told: string[] = [];
    stack.onUnexpectedExit((what) => told.push(what));
    for (const { pid, name } of runningServers(dataDir)) {
      if (!name.startsWith('redis')) process.kill(pid, 'SIGKILL');
    }
    await eventually('the listener is told', () => told.length > 0);
    expect(told).toEqual([expect.stringMatching(/^M\w+ ended by itself \(killed by SIGKILL\)/)]);
    const toldLate: string[] = [];
    stack.onUnexpectedExit((what) => toldLate.push(what));
    expect(toldLate).toEqual(told);

    await Promise.all([stack.stop(), stack.stop()]);
    expect(runningServers(dataDir)).toEqual([]);
    expect(told).toHaveLength(1);
    const next = await startStack(dataDir);
    expect(await redis(next, 'GET', 'kept')).toBe('yes');
    expect(await sql(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
