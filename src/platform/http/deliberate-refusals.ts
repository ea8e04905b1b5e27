import type { FastifyBaseLogger } from 'fastify';

/** While the database is away, everybody is refused for the same reason: one line a second tells it. */
const LINE_EVERY_MS = 1000;

type Line = { loggedAtMs: number; unsaid: number };

/** Logs refusals that are no faults of the code: a line each without a stack, and not one for each. */
export class DeliberateRefusals {
  readonly #lines = new Map<string, Line>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** @param about goes into the line, if there is one */
  log(log: FastifyBaseLogger, code: string, about: object): void {
    const nowMs = this.#nowMs();
    const line = this.#lines.get(code);
    if (line && nowMs - line.loggedAtMs < LINE_EVERY_MS) {
      line.unsaid += 1;
      return;
    }
    const unsaid = line?.unsaid ?? 0;
    this.#lines.set(code, { loggedAtMs: nowMs, unsaid: 0 });
    log.warn({ ...about, code, ...(unsaid > 0 ? { unsaid } : {}) }, 'refused');
  }
}
