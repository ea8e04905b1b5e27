import { getTableName, is } from 'drizzle-orm';
import { getTableConfig, MySqlTable } from 'drizzle-orm/mysql-core';
import { join } from 'node:path';
import { ownerOf, typeScriptFiles } from './source-files.ts';

export type TableConfig = ReturnType<typeof getTableConfig>;

export type OwnedTable = {
  /** The file that defines it, relative to the root. */
  path: string;
  config: TableConfig;
};

/** Every table that a *.tables.ts below src of `root` exports. */
export async function loadTables(root: string): Promise<OwnedTable[]> {
  const paths = await typeScriptFiles(root, ['src']);
  const lists = await Promise.all(
    paths
      .filter((path) => path.endsWith('.tables.ts'))
      .map(async (path) => {
        const file = (await import(join(root, path))) as Record<string, unknown>;
        return Object.values(file)
          .filter((value) => is(value, MySqlTable))
          .map((table) => ({ path, config: getTableConfig(table) }));
      }),
  );
  return lists.flat();
}

/** What is wrong with who owns these tables, as `table what`. */
export function ownershipProblems(tables: readonly OwnedTable[]): string[] {
  const owners = new Map<string, string>();
  return tables.flatMap(({ path, config }) => {
    const prefix = `${ownerOf(path)}_`;
    const definedIn = owners.get(config.name);
    owners.set(config.name, path);
    const foreign = config.foreignKeys
      .map((key) => getTableName(key.reference().foreignTable))
      .filter((name) => !name.startsWith(prefix));
    return [
      ...(config.name.startsWith(prefix) ? [] : [`${config.name} does not begin with ${prefix}`]),
      ...(definedIn === undefined ? [] : [`${config.name} is defined in ${definedIn}, too`]),
      ...foreign.map((name) => `${config.name} has a foreign key to ${name}`),
    ];
  });
}

/** Whose each table is, by its name. */
export function ownersOf(tables: readonly OwnedTable[]): Map<string, string> {
  return new Map(tables.map(({ path, config }) => [config.name, ownerOf(path) ?? '']));
}
