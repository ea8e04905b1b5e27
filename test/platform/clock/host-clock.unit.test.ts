import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { DatabaseClock } from '../../../src/platform/clock/clock.ts';
import { HostClock } from '../../../src/platform/clock/host-clock.ts';

/** A host whose clock is off by what is set, and what was logged of it. */
function startHost() {
  const lines: { level: string; msg: string }[] = [];
  const log = pino(
    { formatters: { level: (level) => ({ level }) } },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  const host = { aheadMs: 0 };
  const hostClock = new HostClock({ hostAheadMs: () => host.aheadMs }, log);
  return { host, hostClock, lines };
}

describe("the host's clock", () => {
  it.each([0, 2000, -2000])('is nothing to warn of when it is %i ms ahead', (aheadMs) => {
    const { host, hostClock, lines } = startHost();
    host.aheadMs = aheadMs;
    hostClock.look();
    expect(hostClock.warnings()).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('is warned of when it is off by more, in words', () => {
    const { host, hostClock } = startHost();
    host.aheadMs = 2001;
    expect(hostClock.warnings()).toEqual(["the host's clock is 2.0 s ahead of the database's"]);
    host.aheadMs = -300_000;
    expect(hostClock.warnings()).toEqual(["the host's clock is 300.0 s behind the database's"]);
  });

  it('is logged once when it has come to be off, and once when it is right again', () => {
    const { host, hostClock, lines } = startHost();
    for (const aheadMs of [0, 5000, 6000, -5000, 100, 0, 9000]) {
      host.aheadMs = aheadMs;
      hostClock.look();
    }
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info', 'warn']);
    expect(lines[0]?.msg).toBe("the host's clock is 5.0 s ahead of the database's");
    expect(lines[1]?.msg).toBe("the host's clock agrees with the database's again");
  });

  it("is compared with the database's", async () => {
    const hourMs = 3_600_000;
    const clock = await DatabaseClock.start(() => Promise.resolve(Date.now() + hourMs));
    expect(Math.abs(clock.hostAheadMs() + hourMs)).toBeLessThan(hourMs / 2);
  });
});
