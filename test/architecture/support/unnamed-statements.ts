import ts from 'typescript';
import { contentOf, originOf, parse } from './literals.ts';
import type { SourceFile } from './source-files.ts';

/** Where the table function and the end of a lock are written, for all others to call. */
const THEIR_PLACES = new Set([
  'src/platform/database/bulk.ts',
  'src/platform/database/hot-statements.ts',
]);

const TABLE_FUNCTION = /\bJSON_TABLE\s*\(/i;
const LOCK = /\bFOR\s+(?:UPDATE|SHARE)\b|\bLOCK\s+IN\s+SHARE\s+MODE\b/i;

/**
 * What would not be tried at the start, or not run on MySQL, as `path:line what`: rows made of a
 * parameter outside a `hotStatement`, one that is named when it is called, a lock that covers the rows.
 */
export function unnamedStatements(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !THEIR_PLACES.has(path))
    .flatMap((file) => {
      const source = parse(file);
      return problemsOf(source).map(({ node, problem }) => {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        return `${file.path}:${line + 1} ${problem}`;
      });
    });
}

/** How many statements these files name. */
export function countHotStatements(files: readonly SourceFile[]): number {
  return files
    .map(parse)
    .map(
      (source) => nodesOf(source).filter((node) => isCallOf(source, node, 'hotStatement')).length,
    )
    .reduce((sum, count) => sum + count, 0);
}

function problemsOf(source: ts.SourceFile): { node: ts.Node; problem: string }[] {
  return nodesOf(source).flatMap((node) => {
    if (isCallOf(source, node, 'hotStatement')) {
      return [
        ...(isInFunction(node) ? [{ node, problem: 'is named only when it is called' }] : []),
        ...(locksRows(source, node) ? [{ node, problem: 'locks the rows of a parameter' }] : []),
      ];
    }
    if (!makesRows(source, node)) return [];
    const isNamed = ancestorsOf(node).some((each) => isCallOf(source, each, 'hotStatement'));
    return isNamed ? [] : [{ node, problem: 'has rows of a parameter outside a hotStatement' }];
  });
}

function makesRows(source: ts.SourceFile, node: ts.Node): boolean {
  if (isCallOf(source, node, 'bulkRows')) return true;
  return isLiteral(node) && TABLE_FUNCTION.test(contentOf(node).text);
}

/** Whether the statement has both, written out or by way of a constant of the file. */
function locksRows(source: ts.SourceFile, statement: ts.CallExpression): boolean {
  const nodes = nodesOf(statement).flatMap((node) => [node, ...valuesOf(source, node)]);
  const locks = nodes.some((node) => isLiteral(node) && LOCK.test(contentOf(node).text));
  return locks && nodes.some((node) => makesRows(source, node));
}

/** The nodes of the constant that is named here. */
function valuesOf(source: ts.SourceFile, node: ts.Node): ts.Node[] {
  if (!ts.isIdentifier(node)) return [];
  const origin = originOf(source, node.text);
  return origin && 'value' in origin ? nodesOf(origin.value) : [];
}

function isInFunction(node: ts.Node): boolean {
  return ancestorsOf(node).some(ts.isFunctionLike);
}

function isCallOf(source: ts.SourceFile, node: ts.Node, name: string): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.getText(source) === name;
}

function isLiteral(node: ts.Node): node is ts.TemplateExpression | ts.StringLiteralLike {
  return ts.isTemplateExpression(node) || ts.isStringLiteralLike(node);
}

/** A node and all below it. */
function nodesOf(root: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return nodes;
}

function ancestorsOf({ parent }: ts.Node): ts.Node[] {
  // The file itself has none, whatever the type says.
  return (parent as ts.Node | undefined) === undefined ? [] : [parent, ...ancestorsOf(parent)];
}
