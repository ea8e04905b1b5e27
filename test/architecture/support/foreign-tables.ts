import { posix } from 'node:path';
import ts from 'typescript';
import { literalsOf, originOf, parse, type Literal } from './literals.ts';
import { ownerOf, type SourceFile } from './source-files.ts';

/** Where a table's name stands in SQL. `FOR UPDATE` and `ON DUPLICATE KEY UPDATE` name none. */
const TABLE_PLACE =
  /\b(?:FROM|JOIN|STRAIGHT_JOIN|INTO|TABLE|(?<!FOR )(?<!KEY )UPDATE)\s+(?:`?(\w+)`?|\{\{(\d+)\}\})/g;

/** The name of its parameter `table` becomes part of the statement. */
const INSERT_INTO = 'src/platform/database/insert-into.ts';

/** A part of a query that can be read from as if it were a table. */
const NAMED_QUERY = /\b(\w+)\s+AS\s+\(\s*SELECT\b/g;

/**
 * What is wrong with the SQL texts of these files, as `path:line what`: a table of another module, a
 * table's name that is put together so that nobody can check it, SQL of a module outside its stores.
 * @param tables every table's owner, by the table's name
 */
export function sqlProblems(
  files: readonly SourceFile[],
  tables: ReadonlyMap<string, string>,
): string[] {
  return files.flatMap((file) => {
    const source = parse(file);
    return literalsOf(source).flatMap((literal) => {
      const problems = [
        ...foreignTables(file.path, literal, tables),
        ...unknownTables(file.path, literal, tables),
        ...uncheckable(source, literal),
        ...outsideOfStore(file.path, literal),
      ];
      return problems.map((problem) => `${file.path}:${literal.line} ${problem}`);
    });
  });
}

/** Another's table, wherever its name stands: in lists with commas too, and in pieces of SQL. */
function foreignTables(
  path: string,
  { text }: Literal,
  tables: ReadonlyMap<string, string>,
): string[] {
  return [...new Set(text.match(/\b\w+\b/g))]
    .filter((word) => tables.has(word) && tables.get(word) !== ownerOf(path))
    .map((word) => `names ${word}, which is not its own`);
}

/** A table that no definition knows must at least carry its owner's name. */
function unknownTables(
  path: string,
  { text }: Literal,
  tables: ReadonlyMap<string, string>,
): string[] {
  const queries = new Set([...text.matchAll(NAMED_QUERY)].map(([, name]) => name));
  return [...text.matchAll(TABLE_PLACE)]
    .flatMap(([, name]) => (name === undefined ? [] : [name]))
    .filter((name) => !tables.has(name) && !queries.has(name) && name !== 'JSON_TABLE')
    .filter((name) => !(name === 'information_schema' && ownerOf(path) === 'platform'))
    .filter((name) => !name.startsWith(`${ownerOf(path)}_`))
    .map((name) => `names ${name}, which is not its own`);
}

/** In a table's place may stand rows that the statement brings along, or a table of the own file. */
function uncheckable(source: ts.SourceFile, { text, expressions }: Literal): string[] {
  return [...text.matchAll(TABLE_PLACE)]
    .flatMap(([, , index]) => (index === undefined ? [] : [expressions[Number(index)]]))
    .filter((expression) => expression === undefined || !isKnownRows(source, expression))
    .map((expression) => `puts a table's name together: ${expression?.getText(source)}`);
}

function isKnownRows(source: ts.SourceFile, expression: ts.Expression): boolean {
  if (ts.isCallExpression(expression)) return expression.expression.getText(source) === 'bulkRows';
  if (!ts.isIdentifier(expression)) return false;
  // Each of its calls is checked by itself.
  if (source.fileName === INSERT_INTO) return expression.text === 'tableName';
  const origin = originOf(source, expression.text);
  if (origin === undefined) return false;
  return 'value' in origin
    ? isKnownRows(source, origin.value)
    : isOwnTables(source.fileName, origin.importedFrom);
}

function isOwnTables(path: string, specifier: string): boolean {
  const target = posix.join(posix.dirname(path), specifier);
  return target.endsWith('.tables.ts') && ownerOf(target) === ownerOf(path);
}

function outsideOfStore(path: string, { text }: Literal): string[] {
  const isPlaceOfSql = !path.startsWith('src/modules/') || /\.(store|tables)\.ts$/.test(path);
  return isPlaceOfSql || text.search(TABLE_PLACE) === -1 ? [] : ['is SQL outside of a store'];
}
