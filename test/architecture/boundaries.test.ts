import type { ICruiseOptions } from 'dependency-cruiser';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cruiseTree, readRules, type Cruise } from './support/cruise.ts';
import { markedViolations } from './support/marked-violations.ts';
import { readFiles, ROOT, typeScriptFiles } from './support/source-files.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'boundaries');

let rules: ICruiseOptions;

beforeAll(async () => {
  rules = await readRules();
});

describe('the imports of the project', () => {
  let project: Cruise;

  beforeAll(async () => {
    project = await cruiseTree(rules, ROOT);
  });

  it('keep every rule', () => {
    expect(project.violations).toEqual([]);
  });

  // A cruise that sees nothing finds nothing wrong.
  it('were all looked at, in every file there is', async () => {
    const onDisk = await typeScriptFiles(ROOT, ['src', 'scripts']);
    const inSrc = onDisk.filter((path) => path.startsWith('src/'));
    expect(inSrc.length).toBeGreaterThan(100);
    expect(project.totalCruised).toBeGreaterThanOrEqual(inSrc.length);
    expect(onDisk.filter((path) => !project.files.includes(path))).toEqual([]);
  });

  it('were looked at where they import only types, too', () => {
    expect(project.typeImports).toBeGreaterThan(100);
  });
});

describe('the rules about imports', () => {
  let found: string[];
  let marked: string[];

  beforeAll(async () => {
    ({ violations: found } = await cruiseTree(rules, FIXTURE));
    marked = markedViolations(
      await readFiles(FIXTURE, await typeScriptFiles(FIXTURE, ['src', 'scripts'])),
    );
  });

  it('are each broken by a fixture', () => {
    const names = rules.ruleSet?.forbidden?.map(({ name }) => name) ?? [];
    expect(names.length).toBeGreaterThan(0);
    const broken = new Set(marked.map((each) => each.split(':', 1)[0]));
    expect(names.filter((name) => name === undefined || !broken.has(name))).toEqual([]);
  });

  it('refuse what the fixture marks, and nothing else', () => {
    expect(found).toEqual(marked);
  });

  it('all make the check fail', () => {
    const lenient = rules.ruleSet?.forbidden?.filter(({ severity }) => severity !== 'error');
    expect(lenient).toEqual([]);
  });
});
