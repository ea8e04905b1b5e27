import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../../src/platform/config/project-root.ts';

/** Everything that a worker imports is below these. */
const FOLDERS = ['src/platform', 'test/faults/support'];

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};

/**
 * Turns the worker into JavaScript: a process that compiles its own sources takes five times as long
 * to start, and the faults start hundreds.
 * @param folder inside the project, so that packages are found; its content is overwritten
 * @returns the program
 */
export async function buildWorker(folder: string): Promise<string> {
  const root = projectRoot();
  const lists = await Promise.all(
    FOLDERS.map(async (below) => {
      const files = await readdir(join(root, below), { recursive: true });
      return files.filter((file) => file.endsWith('.ts')).map((file) => join(below, file));
    }),
  );
  await Promise.all(lists.flat().map((file) => compile(root, folder, file)));
  return resolve(root, folder, 'test/faults/support/worker.js');
}

async function compile(root: string, folder: string, file: string): Promise<void> {
  const source = await readFile(join(root, file), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: OPTIONS, fileName: file });
  const target = resolve(root, folder, file.replace(/\.ts$/, '.js'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, outputText);
}
