export type DatabaseKind = 'mariadb' | 'mysql';

/** SKIP LOCKED came with these. */
export const OLDEST_DATABASES: Record<DatabaseKind, string> = {
  mariadb: '10.6',
  mysql: '8.0.30',
};

/** Negative, zero or positive as version `a` is older than, the same as or newer than `b`. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
