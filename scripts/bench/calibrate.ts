import { measure } from './measure.ts';
import { isFloor, type Scenario } from './scenarios.ts';
import { withSubject } from './subject-process.ts';
import type { SubjectServers } from './subject.ts';
import type { Comparison, Tools } from './compare.ts';

/** A floor may stay this much below its calibration; more means that something else used the machine. */
const TOLERATED = 0.75;

/**
 * What a scenario's floor reaches at the scenario's connections, before anything else runs; undefined
 * when another scenario's shop stands in for a floor, as that one has a floor of its own.
 */
export async function calibrate(
  scenario: Scenario,
  servers: SubjectServers,
  seconds: number,
  { databasePid, generate }: Tools,
): Promise<number | undefined> {
  if (!isFloor(scenario.floorName)) return undefined;
  return withSubject(scenario.floorName, servers, async (floor) => {
    const options = { databasePid, generate, connections: scenario.connections, seconds };
    await measure(floor, { ...options, seconds: 1 });
    return (await measure(floor, options)).perSecond;
  });
}

/** Why a comparison cannot be trusted, if it cannot. */
export function faultOf(
  comparison: Comparison,
  calibrated: number | undefined,
): string | undefined {
  const { name, floorName, floorPerSecondMedian, exact } = comparison;
  if (!exact) return `${name}: the ledger does not add up`;
  if (calibrated === undefined || floorPerSecondMedian >= calibrated * TOLERATED) return undefined;
  const share = Math.round((floorPerSecondMedian / calibrated) * 100);
  return `${name}: its floor ${floorName} reached only ${share} % of its calibration`;
}
