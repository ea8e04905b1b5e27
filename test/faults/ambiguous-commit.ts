import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { auditLedger } from './support/audit.ts';
import { CUTS, CuttingProxy, type Cut } from './support/cutting-proxy.ts';
import { STEADY_LOAD, withRig, type Fault, type Lab, type Rig } from './support/fault.ts';
import { CLAIMS, COMMIT, isAmong, WRITES_LEDGER } from './support/statements.ts';

/** One COMMIT in so many is cut: the others let the work go on. */
const COMMITS_PER_CUT = 10;
const ENOUGH_CUTS_WITHIN_MS = 300_000;

type Target = { committer: RegExp; cut: Cut; left: number };

/** Connections break while a COMMIT is on its way, of writers and of consumers. */
export const ambiguousCommit: Fault = {
  name: 'ambiguous-commit',
  times: { full: 100, short: 10 },
  run: (lab, times) => withRig(lab, (rig) => cutCommits(lab, rig, times)),
};

async function cutCommits(lab: Lab, rig: Rig, times: number): Promise<string> {
  const targets = everyKindOfCut(times);
  const proxy = await CuttingProxy.start(
    rig.url,
    join(lab.folder, 'cut.sock'),
    (statement, earlier) => (COMMIT.test(statement) ? choose(targets, earlier) : undefined),
  );
  try {
    const worker = await rig.start({ databaseUrl: proxy.url, load: STEADY_LOAD });
    const deadline = performance.now() + ENOUGH_CUTS_WITHIN_MS;
    while (targets.some(({ left }) => left > 0)) {
      if (performance.now() > deadline) throw new Error('too few transactions came by to be cut');
      await pause(20);
    }
    await worker.endLoad();
    const events = await auditLedger(rig.database);
    await worker.stop();
    const perKind = Math.ceil(times / targets.length);
    return `${perKind * targets.length} cuts, ${perKind} of each kind, ${events} events`;
  } finally {
    await proxy.stop();
  }
}

function everyKindOfCut(times: number): Target[] {
  const kinds = [WRITES_LEDGER, CLAIMS].flatMap((committer) =>
    CUTS.map((cut) => ({ committer, cut })),
  );
  return kinds.map((kind) => ({ ...kind, left: Math.ceil(times / kinds.length) }));
}

function choose(targets: readonly Target[], transaction: readonly string[]): Cut | undefined {
  if (Math.random() * COMMITS_PER_CUT > 1) return undefined;
  const open = targets.filter(({ committer, left }) => left > 0 && isAmong(committer, transaction));
  const target = open[Math.floor(Math.random() * open.length)];
  if (target) target.left -= 1;
  return target?.cut;
}
