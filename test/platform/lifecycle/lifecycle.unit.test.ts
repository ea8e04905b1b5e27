import { describe, expect, it } from 'vitest';
import { every } from '../../../src/platform/lifecycle/every.ts';
import { Lifecycle } from '../../../src/platform/lifecycle/lifecycle.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { eventually } from '../../support/eventually.ts';

const log = createLogger('silent');

describe('stopping', () => {
  it('goes in the reverse order of the start, once, and past a part that fails', async () => {
    const lifecycle = new Lifecycle(log);
    const stopped: string[] = [];
    lifecycle.onStop('first', () => void stopped.push('first'));
    lifecycle.onStop('broken', () => Promise.reject(new Error('no')));
    lifecycle.onStop('last', async () => {
      await Promise.resolve();
      stopped.push('last');
    });
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(stopped).toEqual(['last', 'first']);
  });
});

describe('repeated work', () => {
  it('goes on after a failure, never overlaps, and ends when it is stopped', async () => {
    let running = 0;
    let rounds = 0;
    const repetition = every(
      1,
      'the work',
      async () => {
        running += 1;
        rounds += 1;
        expect(running).toBe(1);
        await Promise.resolve();
        running -= 1;
        if (rounds === 2) throw new Error('once');
      },
      log,
    );
    await eventually(() => expect(rounds).toBeGreaterThan(4));
    await repetition.stop();
    const after = rounds;
    await new Promise((resolve) => setImmediate(resolve));
    expect(rounds).toBe(after);
  });
});
