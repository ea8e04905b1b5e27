import { cruise, type ICruiseOptions } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { join } from 'node:path';
import { ROOT } from './source-files.ts';

export type Cruise = {
  /** `rule: file -> what it imports`, packages and node: by their name; in order. */
  violations: string[];
  /** The files of src and scripts that were looked at, in order. */
  files: string[];
  /** How many imports of types alone were seen. */
  typeImports: number;
  totalCruised: number;
};

/** The project's own rules for imports. */
export function readRules(): Promise<ICruiseOptions> {
  return extractDepcruiseOptions(join(ROOT, '.dependency-cruiser.mjs'));
}

/** Runs the rules over the folders src and scripts of `root`. */
export async function cruiseTree(rules: ICruiseOptions, root: string): Promise<Cruise> {
  const { output } = await cruise(['src', 'scripts'], { ...rules, baseDir: root });
  if (typeof output === 'string') throw new Error('the cruise gave a report and no result');
  const { modules, summary } = output;
  const own = modules.filter(({ source }) => /^(src|scripts)\//.test(source));
  const dependencies = own.flatMap((module) => module.dependencies);
  return {
    violations: summary.violations
      .map(({ rule, from, to }) => violation(rule.name, from, nameOf(to)))
      .toSorted(),
    files: own.map(({ source }) => source).toSorted(),
    typeImports: dependencies.filter((each) => each.dependencyTypes.includes('type-only')).length,
    totalCruised: summary.totalCruised,
  };
}

export function violation(rule: string, from: string, to: string): string {
  return `${rule}: ${from} -> ${to}`;
}

/** A package by its name, whichever of its files was found; anything else as it is. */
function nameOf(imported: string): string {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(imported)?.[1] ?? imported;
}
