import { compareVersions, OLDEST_DATABASES } from './server-versions.ts';

/** What a database server says of itself. */
export type ServerFacts = {
  /** As `VERSION()` has it: `10.11.6-MariaDB-1`, `8.4.3`. */
  version: string;
  /** Of the database: what its new tables store. */
  characterSet: string;
  maxAllowedPacketBytes: number;
  maxPreparedStatements: number;
};

/** What the shop asks of it. */
export type ServerNeeds = { preparedStatements: number };

/** An envelope of events and a batch of rows are a quarter of it at the most. */
const LEAST_PACKET_BYTES = 16 * 1024 * 1024;

/** What would break later on this server, a line each, with what to do about it; empty when it fits. */
export function faultsOfServer(facts: ServerFacts, needs: ServerNeeds): string[] {
  const { characterSet, maxAllowedPacketBytes, maxPreparedStatements } = facts;
  const faults: string[] = [];
  const kind = facts.version.includes('MariaDB') ? 'mariadb' : 'mysql';
  const version = /\d+\.\d+(?:\.\d+)?/.exec(facts.version)?.[0] ?? '0';
  const oldest = OLDEST_DATABASES[kind];
  if (compareVersions(version, oldest) < 0) {
    const name = kind === 'mariadb' ? 'MariaDB' : 'MySQL';
    faults.push(`The database is ${name} ${version}; the shop needs ${oldest} or newer.`);
  }
  if (characterSet !== 'utf8mb4') {
    faults.push(
      `The database's character set is ${characterSet}, which cannot store every name: create it ` +
        'with CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci.',
    );
  }
  if (maxAllowedPacketBytes < LEAST_PACKET_BYTES) {
    faults.push(
      `The database's max_allowed_packet is ${maxAllowedPacketBytes}; the shop needs ` +
        `${LEAST_PACKET_BYTES} or more.`,
    );
  }
  if (maxPreparedStatements < needs.preparedStatements) {
    faults.push(
      `The database's max_prepared_stmt_count is ${maxPreparedStatements}; this instance alone may ` +
        `need ${needs.preparedStatements}. Raise it, or lower SHOP_DATABASE_POOL.`,
    );
  }
  return faults;
}

/** A column of the database that holds texts. */
export type TextColumn = { table: string; column: string; collation: string };

/** The only ones that the shop's columns have: letters alike whatever their case, or byte by byte. */
export const COLLATIONS = ['utf8mb4_unicode_ci', 'utf8mb4_bin'];

/** What is wrong with a migrated column whose collation is none of `COLLATIONS`, in one line. */
export function faultOfColumn({ table, column, collation }: TextColumn): string {
  return (
    `${table}.${column} has the collation ${collation}, which takes other texts for the same than the ` +
    `shop does. Its migrations gave it one of ${COLLATIONS.join(', ')}: give it that one again.`
  );
}
