import { measure, type MeasureOptions } from './measure.ts';
import type { Scenario } from './scenarios.ts';
import { withSubject } from './subject-process.ts';
import type { SubjectServers } from './subject.ts';
import type { Comparison } from './compare.ts';

/** A floor may stay this much below its calibration; more means that something else used the machine. */
const TOLERATED = 0.75;

/** What a scenario's floor reaches at the scenario's connections, before anything else runs. */
export async function calibrate(
  scenario: Scenario,
  servers: SubjectServers,
  seconds: number,
  load: Pick<MeasureOptions, 'databasePid' | 'generate'>,
): Promise<number> {
  return withSubject(scenario.floorName, servers, async (floor) => {
    const options = { ...load, connections: scenario.connections, seconds };
    await measure(floor, { ...options, seconds: 1 });
    return (await measure(floor, options)).perSecond;
  });
}

/** Why a comparison cannot be trusted, if it cannot. */
export function faultOf(comparison: Comparison, calibrated: number): string | undefined {
  const { name, floorName, floorPerSecondMedian, exact } = comparison;
  if (!exact) return `${name}: the ledger does not add up`;
  if (floorPerSecondMedian >= calibrated * TOLERATED) return undefined;
  const share = Math.round((floorPerSecondMedian / calibrated) * 100);
  return `${name}: its floor ${floorName} reached only ${share} % of its calibration`;
}
