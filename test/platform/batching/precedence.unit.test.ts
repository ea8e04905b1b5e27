import { describe, expect, it } from 'vitest';
import { Precedence } from '../../../src/platform/batching/precedence.ts';

describe('precedence', () => {
  it('is taken while any of the work is under way', async () => {
    const precedence = new Precedence();
    const ends: (() => void)[] = [];
    const work = precedence.first(() => new Promise<void>((resolve) => ends.push(resolve)));
    expect(precedence.isTaken).toBe(false);
    const [one, two] = [work(), work()];
    expect(precedence.isTaken).toBe(true);
    ends[0]?.();
    await one;
    expect(precedence.isTaken).toBe(true);
    ends[1]?.();
    await two;
    expect(precedence.isTaken).toBe(false);
  });

  it('gives what the work gives, and ends with its failure too', async () => {
    const precedence = new Precedence();
    const halve = precedence.first(async (even: number) => {
      if (even % 2 === 1) throw new Error('odd');
      return even / 2;
    });
    expect(await halve(4)).toBe(2);
    await expect(halve(3)).rejects.toThrow('odd');
    expect(precedence.isTaken).toBe(false);
  });
});
