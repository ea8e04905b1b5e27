import { expect, it } from 'vitest';
import { OneAtATime } from '../../../src/platform/batching/one-at-a-time.ts';

it('runs work on one thing in its order, after failures too, and other work meanwhile', async () => {
  const turns = new OneAtATime();
  const told: string[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const first = turns.run('a', async () => {
    await gate;
    told.push('a1');
    throw new Error('it failed');
  });
  const second = turns.run('a', async () => told.push('a2'));
  await turns.run('b', async () => told.push('b'));
  expect(told).toEqual(['b']);
  open();
  await expect(first).rejects.toThrow('it failed');
  await second;
  expect(told).toEqual(['b', 'a1', 'a2']);
});
