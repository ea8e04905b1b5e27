import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { claimLock } from '../../../src/platform/local-stack/claim-lock.ts';
import { tryLockFile } from '../../../src/platform/local-stack/folder-lock.ts';
import { temporaryFolder } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Locks, checks that nobody else can, releases and locks again. */
function expectExclusive(file: string): void {
  const first = tryLockFile(file);
  if (!first.isHeld) throw new Error('a free lock was refused');
  expect(tryLockFile(file)).toEqual({ isHeld: false, pid: process.pid });
  first.release();
  const again = tryLockFile(file);
  expect(again.isHeld).toBe(true);
  if (again.isHeld) again.release();
}

describe('the lock of a data folder', () => {
  test('is held by one at a time, and names the holder', () => {
    const folder = temporaryFolder();
    expectExclusive(join(folder, 'lock'));
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  test('is so on machines without flock too', () => {
    const folder = temporaryFolder();
    vi.stubEnv('PATH', folder);
    expectExclusive(join(folder, 'lock'));
    expect(readdirSync(join(folder, 'lock.claims'))).toEqual([]);
  });
});

describe('a lock by claims', () => {
  test.each([
    ['a process that is gone', '2147483646-1-x'],
    ['a process whose pid another one has now', `${process.pid}-1-x`],
  ])('does not wait for %s', (_, claim) => {
    const folder = join(temporaryFolder(), 'claims');
    mkdirSync(folder);
    writeFileSync(join(folder, claim), '');
    const lock = claimLock(folder);
    expect(lock.isHeld).toBe(true);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('gives way and takes its own claim back when a living process has one', () => {
    const folder = join(temporaryFolder(), 'claims');
    const first = claimLock(folder);
    expect(claimLock(folder)).toEqual({ isHeld: false, pid: process.pid });
    expect(readdirSync(folder)).toHaveLength(1);
    expect(first.isHeld).toBe(true);
  });
});
