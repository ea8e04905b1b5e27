import type { MySqlColumn } from 'drizzle-orm/mysql-core';
import { is, SQL } from 'drizzle-orm';
import type { TableConfig } from './drizzle-tables.ts';
import { literalsOf, parse } from './literals.ts';
import type { SourceFile } from './source-files.ts';

const INSERT = /\bINSERT\s+(?:IGNORE\s+)?INTO\s+`?(\w+)`?(?:\s*\(([^)]*)\))?/g;

/** What the INSERT statements of these files leave out of their tables, as `path:line what`. */
export function lostColumns(
  files: readonly SourceFile[],
  tables: readonly TableConfig[],
): { statements: number; problems: string[] } {
  const byName = new Map(tables.map((table) => [table.name, table]));
  let statements = 0;
  const problems = files.flatMap((file) =>
    literalsOf(parse(file)).flatMap(({ text, line }) =>
      [...text.matchAll(INSERT)].flatMap(([, name = '', list = '']) => {
        const table = byName.get(name);
        if (!table) return [];
        statements += 1;
        const named = new Set(list.match(/\w+/g));
        return table.columns
          .filter((column) => !isTheDatabases(column) && !named.has(column.name))
          .map((column) => `${file.path}:${line} loses ${name}.${column.name}`);
      }),
    ),
  );
  return { statements, problems };
}

/** A column that nobody but the database gives its value. A constant default is no such: it hides a loss. */
function isTheDatabases(column: MySqlColumn): boolean {
  const { autoIncrement = false } = column as { autoIncrement?: boolean };
  return column.generated !== undefined || autoIncrement || is(column.default, SQL);
}
