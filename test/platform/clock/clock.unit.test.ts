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
});
