import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../../src/platform/config/project-root.ts';

/** Everything that a worker of the event backbone imports is below these. */
const FOLDERS_OF_WORKER = ['src/platform', 'test/faults/support'];
/** The same for the whole shop. */
const FOLDERS_OF_SHOP = ['src', 'scripts', 'test/faults/support'];

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};

/** @returns the program of an instance of the event backbone */
export function buildWorker(folder: string): Promise<string> {
  return build(folder, FOLDERS_OF_WORKER, 'test/faults/support/worker.js');
}

/** @returns the program of an instance of the whole shop */
export function buildShop(folder: string): Promise<string> {
  return build(folder, FOLDERS_OF_SHOP, 'test/faults/support/shop-worker.js');
}

/**
 * Turns sources into JavaScript: a process that compiles its own takes five times as long to start,
 * and the faults start hundreds.
 * @param folder inside the project, so that packages are found; its content is overwritten
 */
async function build(folder: string, sources: readonly string[], program: string): Promise<string> {
  const root = projectRoot();
  const lists = await Promise.all(
    sources.map(async (below) => {
      const files = await readdir(join(root, below), { recursive: true });
      return files.filter((file) => file.endsWith('.ts')).map((file) => join(below, file));
    }),
  );
  await Promise.all(lists.flat().map((file) => compile(root, folder, file)));
  return resolve(root, folder, program);
}

async function compile(root: string, folder: string, file: string): Promise<void> {
  const source = await readFile(join(root, file), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: OPTIONS, fileName: file });
  const target = resolve(root, folder, file.replace(/\.ts$/, '.js'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, outputText);
}
