/** A ticket in line, as far as its turn depends on it. */
export type Waiting = {
  /** Empty until the process that took the request has stored it. */
  address: string;
  createdAt: Date;
};

/**
 * How long a ticket without an address holds up those behind it. The process that has the address in
 * memory stores it within milliseconds; one that died never does, and the member has to ask again.
 */
const PATIENCE_MS = 5000;

export type Turn<Ticket> = {
  next: Ticket[];
  /** Someone in line is waited for: nobody behind may pass. */
  isHeldUp: boolean;
};

/**
 * Whose turn it is: the first in line, as many as there are units.
 * @param line in the order of ranks
 */
export function takeTurns<Ticket extends Waiting>(
  line: readonly Ticket[],
  units: number,
  now: Date,
): Turn<Ticket> {
  const next: Ticket[] = [];
  for (const ticket of line) {
    if (next.length === units) break;
    if (ticket.address !== '') next.push(ticket);
    else if (now.getTime() - ticket.createdAt.getTime() < PATIENCE_MS) {
      return { next, isHeldUp: true };
    }
  }
  return { next, isHeldUp: false };
}
