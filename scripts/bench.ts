// Measures the shop against floors:
// npm run bench -- [--only NAME[,NAME…]] [--quick] [--json FILE] [--profile] [--list]
import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { calibrate, faultOf } from './bench/calibrate.ts';
import { chooseLoad } from './bench/choose-load.ts';
import { serverPid } from './bench/cpu.ts';
import { compare, type Comparison, type Pace, type Tools } from './bench/compare.ts';
import { tableOf } from './bench/report.ts';
import { SCENARIOS, type Scenario } from './bench/scenarios.ts';
import { profileOf } from './bench/subject-process.ts';
import { explainFailure, UsageError } from '../src/explain-failure.ts';
import { say } from './support/say.ts';
import { startLocalStack } from '../src/platform/local-stack/local-stack.ts';

const DATA_DIR = '.data/bench';
const VENDOR_DIR = '.data/vendor';
const PROFILE_DIR = join(DATA_DIR, 'profiles');
/** The whole shop needs some seconds of load until its code is compiled, and far more CPU until then. */
const FULL: Pace = { rounds: 5, seconds: 5, warmUpSeconds: 8 };
/** Below 60 seconds a scenario, starts and calibration included. */
const QUICK: Pace = { rounds: 5, seconds: 3, warmUpSeconds: 4 };

function scenariosNamed(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return SCENARIOS;
  return only.split(',').map((name) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (!scenario) throw new UsageError(`there is no scenario ${name}; --list shows them`);
    return scenario;
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean' },
      json: { type: 'string' },
      profile: { type: 'boolean' },
      list: { type: 'boolean' },
    },
  });
  const scenarios = scenariosNamed(values.only);
  if (values.list) {
    for (const { name, connections, floorName, what } of scenarios) {
      say(`${name}  ${what}; ${connections} connections; floor ${floorName}`);
    }
    return;
  }
  const faults: string[] = [];
  const pace = values.quick ? QUICK : FULL;
  const comparisons = await run(scenarios, pace, values.profile === true, faults);
  for (const line of tableOf(comparisons)) say(line);
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(comparisons, null, 2));
  for (const fault of faults) say(`NOT VALID  ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}

/**
 * Runs on servers of its own, durable as shipped, apart from any shop's; or on those that
 * BENCH_DATABASE_URL and BENCH_REDIS_URL name.
 */
async function run(
  scenarios: readonly Scenario[],
  pace: Pace,
  withProfiles: boolean,
  faults: string[],
): Promise<Comparison[]> {
  const generate = await chooseLoad(VENDOR_DIR, say);
  const given = {
    databaseUrl: process.env.BENCH_DATABASE_URL,
    redisUrl: process.env.BENCH_REDIS_URL,
  };
  const stack = await startLocalStack({
    dataDir: DATA_DIR,
    vendorDir: VENDOR_DIR,
    database: given.databaseUrl === undefined,
    redis: given.redisUrl === undefined,
    bufferPoolMegabytes: 512,
    log: say,
  });
  try {
    const databaseUrl = given.databaseUrl ?? stack.databaseUrl;
    const redisUrl = given.redisUrl ?? stack.redisUrl;
    if (databaseUrl === undefined || redisUrl === undefined) {
      throw new Error('the embedded servers gave no address');
    }
    const servers = { databaseUrl, redisUrl };
    const tools: Tools = {
      generate,
      // A server of somebody else's may be anywhere.
      databasePid: stack.databaseUrl === undefined ? undefined : await serverPid(stack.databaseUrl),
      profileDir: withProfiles ? profileDir() : undefined,
    };
    const calibrated = new Map<string, number | undefined>();
    for (const scenario of scenarios) {
      // One at a time, like everything that is measured.
      calibrated.set(scenario.name, await calibrate(scenario, servers, pace.seconds, tools));
    }
    const comparisons: Comparison[] = [];
    for (const scenario of scenarios) {
      const { name, floorName } = scenario;
      const { comparison, ratios } = await compare(scenario, servers, pace, tools);
      const fault = faultOf(comparison, calibrated.get(name));
      if (fault !== undefined) faults.push(fault);
      comparisons.push(comparison);
      const rounds = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
      say(`${name}: ${comparison.ratioMedian.toFixed(2)} of ${floorName} (${rounds})`);
      if (withProfiles) say(`  where its time went: ${join(PROFILE_DIR, profileOf(name))}`);
    }
    return comparisons;
  } finally {
    await stack.stop();
  }
}

function profileDir(): string {
  mkdirSync(PROFILE_DIR, { recursive: true });
  return resolve(PROFILE_DIR);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exitCode = 1;
}
