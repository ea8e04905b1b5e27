import type { Comparison } from './compare.ts';

const COLUMNS: readonly [title: string, cell: (row: Comparison) => string][] = [
  ['scenario', (row) => row.name],
  ['floor', (row) => row.floorName],
  ['ratio', (row) => row.ratioMedian.toFixed(2)],
  ['range', (row) => `${row.ratioMin.toFixed(2)}–${row.ratioMax.toFixed(2)}`],
  ['per s', (row) => row.perSecondMedian.toFixed(0)],
  ['floor per s', (row) => row.floorPerSecondMedian.toFixed(0)],
  ['p50 ms', (row) => row.p50Ms.toFixed(2)],
  ['p99 ms', (row) => row.p99Ms.toFixed(2)],
  ['server CPU ms', (row) => row.serverCpuMsPerRequest.toFixed(3)],
  ['database CPU ms', (row) => cpuOf(row.databaseCpuMsPerRequest)],
  ['exact', (row) => (row.exact ? 'yes' : 'NO')],
];

/** The comparisons as lines of a table for people; medians of the rounds, CPU per request. */
export function tableOf(comparisons: readonly Comparison[]): string[] {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...comparisons.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** NaN is what nobody could measure. */
function cpuOf(ms: number): string {
  return Number.isNaN(ms) ? 'unknown' : ms.toFixed(3);
}
