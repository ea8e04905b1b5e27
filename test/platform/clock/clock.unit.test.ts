import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DatabaseClock } from '../../../src/platform/clock/clock.ts';

describe('the clock', () => {
  it("tells the database's time, whatever the host's says", async () => {
    const inTenYears = Date.now() + 10 * 365 * 86_400_000;
    const clock = await DatabaseClock.start(() => Promise.resolve(inTenYears));
    expect(Math.abs(clock.nowMs() - inTenYears)).toBeLessThan(1000);
    expect(clock.now()).toBeInstanceOf(Date);
  });

  it('follows the database when it is corrected', async () => {
    let databaseMs = 1_000_000_000_000;
    const clock = await DatabaseClock.start(() => Promise.resolve(databaseMs));
    databaseMs += 3_600_000;
    await clock.correct();
    expect(clock.nowMs()).toBeGreaterThanOrEqual(databaseMs);
    expect(clock.nowMs()).toBeLessThan(databaseMs + 1000);
  });

  it('does not believe an answer that came late when another comes sooner', async () => {
    const databaseMs = () => 1_000_000_000_000 + performance.now();
    const lateMs = 400;
    let asked = 0;
    const clock = await DatabaseClock.start(async () => {
      asked += 1;
      // All of the time is spent on the way there: half of it would be taken as the way back.
      if (asked === 1) await pause(lateMs);
      return databaseMs();
    });
    const [before, now, after] = [databaseMs(), clock.nowMs(), databaseMs()];
    expect(asked).toBeGreaterThan(1);
    expect(now).toBeGreaterThan(before - lateMs / 2 + 10);
    expect(now).toBeLessThan(after + lateMs / 2 - 10);
  });
});
