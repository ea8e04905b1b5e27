import ts from 'typescript';
import type { SourceFile } from './source-files.ts';

/** A string or template of a source file. */
export type Literal = {
  /** From 1. */
  line: number;
  /** What stands in it; each `${…}` of a template is its index, as `{{0}}`. */
  text: string;
  /** The expressions of a template, in order. */
  expressions: ts.Expression[];
};

export function parse(file: SourceFile): ts.SourceFile {
  return ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
}

/** All strings and templates of a file, in order; the table of `insertInto` as the SQL that it is for. */
export function literalsOf(source: ts.SourceFile): Literal[] {
  const literals: Literal[] = [];
  const visit = (node: ts.Node): void => {
    const table = insertedInto(source, node);
    if (table) {
      const { line } = source.getLineAndCharacterOfPosition(table.getStart(source));
      literals.push({ line: line + 1, text: 'INSERT INTO {{0}}', expressions: [table] });
    }
    if (ts.isTemplateExpression(node) || ts.isStringLiteralLike(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      literals.push({ line: line + 1, ...contentOf(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return literals;
}

function insertedInto(source: ts.SourceFile, node: ts.Node): ts.Expression | undefined {
  const isCall = ts.isCallExpression(node) && node.expression.getText(source) === 'insertInto';
  return isCall ? node.arguments[0] : undefined;
}

/** What stands in a literal, as `literalsOf` gives it. */
export function contentOf(
  node: ts.TemplateExpression | ts.StringLiteralLike,
): Omit<Literal, 'line'> {
  if (!ts.isTemplateExpression(node)) return { text: node.text, expressions: [] };
  const spans = node.templateSpans.map(({ literal }, index) => `{{${index}}}${literal.text}`);
  return {
    text: node.head.text + spans.join(''),
    expressions: node.templateSpans.map(({ expression }) => expression),
  };
}

/** Where a name at the top of a file comes from: an import, or the value of a constant. */
export function originOf(
  source: ts.SourceFile,
  name: string,
): { importedFrom: string } | { value: ts.Expression } | undefined {
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) && importsName(statement, name)) {
      return { importedFrom: (statement.moduleSpecifier as ts.StringLiteral).text };
    }
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name: declared, initializer } of statement.declarationList.declarations) {
      if (ts.isIdentifier(declared) && declared.text === name && initializer) {
        return { value: initializer };
      }
    }
  }
  return undefined;
}

function importsName({ importClause }: ts.ImportDeclaration, name: string): boolean {
  const bindings = importClause?.namedBindings;
  return (
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.some((element) => element.name.text === name)
  );
}
