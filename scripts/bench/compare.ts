import { measure, type MeasureOptions, type Round } from './measure.ts';
import type { Scenario } from './scenarios.ts';
import { median } from './statistics.ts';
import { withSubject } from './subject-process.ts';
import type { SubjectServers } from './subject.ts';

/** What is known of a scenario in the end; the fields of the JSON report. */
export type Comparison = {
  name: string;
  floorName: string;
  ratioMedian: number;
  ratioMin: number;
  ratioMax: number;
  perSecondMedian: number;
  floorPerSecondMedian: number;
  p50Ms: number;
  p99Ms: number;
  serverCpuMsPerRequest: number;
  databaseCpuMsPerRequest: number;
  rounds: number;
  exact: boolean;
};

export type Pace = { rounds: number; seconds: number; warmUpSeconds: number };

/** The tools of the bench: what loads a subject, and what is looked at meanwhile. */
export type Tools = Pick<MeasureOptions, 'databasePid' | 'generate'> & {
  /** Where the CPU profiles of scenarios go; none are made when not given. */
  profileDir?: string | undefined;
};

/** The ratio of each round, in their order: should they fall, the shop slows down as it fills. */
export type Compared = { comparison: Comparison; ratios: readonly number[] };

/**
 * Loads the floor and the shop in turn, floor first, in the same sitting: what the machine does to
 * one it does to the other. The first stretch of each only warms up.
 */
export async function compare(
  scenario: Scenario,
  servers: SubjectServers,
  pace: Pace,
  { profileDir, ...load }: Tools,
): Promise<Compared> {
  return withSubject(scenario.floorName, servers, (floor) =>
    withSubject(
      scenario.name,
      servers,
      async (shop) => {
        const options = { ...load, connections: scenario.connections, seconds: pace.seconds };
        const warmUp = { ...options, seconds: pace.warmUpSeconds };
        await measure(floor, warmUp);
        await measure(shop, warmUp);
        const floorRounds: Round[] = [];
        const shopRounds: Round[] = [];
        for (let round = 0; round < pace.rounds; round += 1) {
          // In turn: the two must not share the machine.
          floorRounds.push(await measure(floor, options));
          shopRounds.push(await measure(shop, options));
        }
        const exact = (await floor.isExact()) && (await shop.isExact());
        return summary(scenario, floorRounds, shopRounds, exact);
      },
      profileDir,
    ),
  );
}

const middle = (rounds: readonly Round[], pick: (round: Round) => number) =>
  median(rounds.map(pick));

function summary(
  { name, floorName }: Scenario,
  floorRounds: readonly Round[],
  shopRounds: readonly Round[],
  exact: boolean,
): Compared {
  const ratios = shopRounds.map(
    (round, index) => round.perSecond / (floorRounds[index]?.perSecond ?? Number.NaN),
  );
  const comparison = {
    name,
    floorName,
    ratioMedian: median(ratios),
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
    perSecondMedian: middle(shopRounds, (round) => round.perSecond),
    floorPerSecondMedian: middle(floorRounds, (round) => round.perSecond),
    p50Ms: middle(shopRounds, (round) => round.p50Ms),
    p99Ms: middle(shopRounds, (round) => round.p99Ms),
    serverCpuMsPerRequest: middle(shopRounds, (round) => round.serverCpuMsPerRequest),
    databaseCpuMsPerRequest: middle(shopRounds, (round) => round.databaseCpuMsPerRequest),
    rounds: shopRounds.length,
    exact,
  };
  return { comparison, ratios };
}
