import { readFileSync } from 'node:fs';
import { createConnection, type RowDataPacket } from 'mysql2/promise';

/** Clock ticks a second in /proc; Linux has shown 100 to programs on every machine for decades. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used so far, in milliseconds, of all its threads. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces: count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return (ticks / TICKS_PER_SECOND) * 1000;
}

/** The process of a database server that runs on this machine. */
export async function serverPid(databaseUrl: string): Promise<number> {
  const connection = await createConnection({ uri: databaseUrl });
  try {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT @@pid_file AS file');
    return Number(readFileSync(String(rows[0]?.file), 'utf8'));
  } finally {
    await connection.end();
  }
}
