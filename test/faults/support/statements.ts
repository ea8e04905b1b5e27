/** What the backbone sends, as far as faults look for it. */
export const COMMIT = /^COMMIT/;
export const ROLLBACK = /^ROLLBACK/;
export const STORES_EVENTS = /INSERT INTO platform_outbox/;
export const CLAIMS = /INSERT INTO platform_inbox/;
export const MARKS = /SET o\.dispatched_at/;
export const TAKES_OVER = /SET o\.owner_id = \?, o\.takeovers/;
export const READS_WAITING = /SELECT id, events, takeovers FROM platform_outbox/;
/** What the writers and consumers of the faults send. */
export const WRITES_LEDGER = /INSERT INTO fault_ledger/;
export const HAS_EFFECT = /INSERT INTO fault_(effects|counters)/;

export function isAmong(pattern: RegExp, statements: readonly string[]): boolean {
  return statements.some((statement) => pattern.test(statement));
}
