import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, readFiles, ROOT, type SourceFile } from './support/source-files.ts';

/** What is installed, built or made by running. */
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'package-lock.json', '.env']);

/** It names what must not be named. */
const THIS_FILE = relative(ROOT, import.meta.filename);

/** They describe a machine of their own, whose folders may be called like this one's. */
const CONTAINER_FILES = /^(Dockerfile|compose.*\.ya?ml|deploy\/.*)$/;

async function ownFiles(): Promise<SourceFile[]> {
  const entries = await readdir(ROOT, { withFileTypes: true });
  const own = entries.filter(({ name }) => !NOT_OURS.has(name) && !name.endsWith('.log'));
  // Hidden folders are git's, the editor's and the shop's own data.
  const folders = own.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const below = folders.map(({ name }) => filesBelow(ROOT, name));
  const beside = own.filter((entry) => entry.isFile()).map(({ name }) => name);
  return readFiles(ROOT, [...beside, ...(await Promise.all(below)).flat()]);
}

describe('the files of the project', () => {
  let files: SourceFile[];

  beforeAll(async () => {
    files = (await ownFiles()).filter(({ path }) => path !== THIS_FILE);
  });

  function filesWith(pattern: RegExp): string[] {
    return files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
  }

  it('are read by these tests', () => {
    expect(filesWith(/buildApp/)).toEqual(expect.arrayContaining(['src/app.ts', 'src/main.ts']));
    expect(files.length).toBeGreaterThan(200);
  });

  it('do not know where they lie on this machine', () => {
    const escaped = ROOT.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
    const path = new RegExp(String.raw`(?<![\w./-])${escaped}(?![\w-])`);
    expect(`cd ${ROOT}/src`).toMatch(path);
    expect(filesWith(path).filter((file) => !CONTAINER_FILES.test(file))).toEqual([]);
  });

  it.each(['TODO', 'FIXME'])('contain no %s', (word) => {
    expect(filesWith(new RegExp(String.raw`\b${word}\b`))).toEqual([]);
  });

  it('run every test of a file', () => {
    const tests = filesWith(/\b(it|test|describe)(\.\w+)*\.only\b/);
    expect(tests).toEqual([]);
  });
});
