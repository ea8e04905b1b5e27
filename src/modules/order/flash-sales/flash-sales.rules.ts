/**
 * `planned`: nothing has happened yet; `opening`: catalog is asked to set its units aside; `open`: it
 * has, and members may join within the window; `paused`: by an admin; `closing`: over, the line is
 * closed and orders under way finish; `ending`: catalog is taking back what is left; `ended`: sold
 * and given back add up to its quantity.
 */
export type FlashSaleState = (typeof UNENDED_STATES)[number] | 'ended';

export const UNENDED_STATES = [
  'planned',
  'opening',
  'open',
  'paused',
  'closing',
  'ending',
] as const;

/**
 * `queued`: in line; `admitted`: its order is on the way or waits for payment; `failed`: declined, not
 * paid in time or cancelled; `closed`: the sale ended before its turn.
 */
export type TicketState = 'queued' | 'admitted' | 'paid' | 'failed' | 'closed';

/** What is fixed when a sale is made; only its end can come earlier. */
export type SaleTerms = {
  /** Tickets beyond the quantity that may wait in line. */
  lineLimit: number;
  opensAt: Date;
  closesAt: Date;
};

/** What moves while it lasts. */
export type SaleCounters = {
  state: FlashSaleState;
  /** What was wanted until it opens, what catalog could set aside from then on. */
  quantity: number;
  issued: number;
  admitted: number;
  taken: number;
  sold: number;
  returned: number | null;
};

export type Sale = SaleTerms & SaleCounters;

/** How long before its opening a sale's units are set aside: they must be there at the first claim. */
const OPENING_LEAD_MS = 10_000;

/** A window that cannot be, and where in the input. */
export type Fault = { path: string; message: string };

export function faultsIn({ opensAt, closesAt }: Omit<SaleTerms, 'lineLimit'>, now: Date): Fault[] {
  const faults: Fault[] = [];
  if (closesAt <= opensAt) faults.push({ path: '/closesAt', message: 'must be after opensAt' });
  else if (closesAt <= now) faults.push({ path: '/closesAt', message: 'must not be over' });
  return faults;
}

export function isTimeToOpen({ opensAt }: Pick<SaleTerms, 'opensAt'>, now: Date): boolean {
  return now.getTime() >= opensAt.getTime() - OPENING_LEAD_MS;
}

/** What is to be done about a sale now, by whoever looks. */
export type DueStep = 'open' | 'drop' | 'close' | 'end' | 'admit';

/** Undefined while there is nothing to do but to wait. */
export function dueStep(sale: Sale, now: Date): DueStep | undefined {
  switch (sale.state) {
    case 'planned':
      if (now >= sale.closesAt) return 'drop';
      return isTimeToOpen(sale, now) ? 'open' : undefined;
    case 'open':
    case 'paused':
      if (now >= sale.closesAt) return 'close';
      return unitsToAdmit(sale, now) > 0 ? 'admit' : undefined;
    case 'closing':
      return 'end';
    case 'opening':
    case 'ending':
    case 'ended':
      return undefined;
    default:
      throw new TypeError(`unknown: ${String(sale.state satisfies never)}`);
  }
}

/** Units that those in line may have now. */
export function unitsToAdmit(sale: Sale, now: Date): number {
  return sale.state === 'open' && now < sale.closesAt ? remainingUnits(sale) : 0;
}

/** The units are there; a sale that was closed while they came goes straight to its end. */
export function whenFilled<Known extends Sale>(sale: Known, quantity: number, now: Date): Known {
  if (sale.state !== 'opening') return sale;
  return { ...sale, quantity, state: now >= sale.closesAt ? 'closing' : 'open' };
}

/** catalog has taken back what was left. */
export function whenEmptied<Known extends Sale>(sale: Known): Known {
  if (sale.state !== 'ending') return sale;
  return { ...sale, state: 'ended', returned: sale.quantity - sale.sold };
}

/** What an admin does with a running sale. */
export type Switch = 'pause' | 'resume' | 'close';

/** The sale after it; the same one when it is so already, undefined when it cannot be. */
export function switched<Known extends Sale>(
  sale: Known,
  how: Switch,
  now: Date,
): Known | undefined {
  switch (how) {
    case 'pause':
      if (sale.state === 'paused') return sale;
      return sale.state === 'open' ? { ...sale, state: 'paused' } : undefined;
    case 'resume':
      if (sale.state === 'open') return sale;
      return sale.state === 'paused' ? { ...sale, state: 'open' } : undefined;
    case 'close':
      return closed(sale, now);
    default:
      throw new TypeError(`unknown: ${String(how satisfies never)}`);
  }
}

function closed<Known extends Sale>(sale: Known, now: Date): Known {
  const closesAt = sale.closesAt < now ? sale.closesAt : now;
  switch (sale.state) {
    case 'planned':
      return { ...dropped(sale), closesAt };
    case 'opening':
      // Its units are on the way: what becomes of it shows when they are there.
      return { ...sale, closesAt };
    case 'open':
    case 'paused':
      return { ...sale, state: 'closing', closesAt };
    case 'closing':
    case 'ending':
    case 'ended':
      return sale;
    default:
      throw new TypeError(`unknown: ${String(sale.state satisfies never)}`);
  }
}

/** No units were ever set aside for it. */
export function dropped<Known extends Sale>(sale: Known): Known {
  return { ...sale, state: 'ended', quantity: 0, returned: 0 };
}

/** What catalog tells of an order's unit; each is told once, in any order. */
export type UnitStep = 'sold' | 'released';

/**
 * What that makes of a ticket and its sale. A release is an order's last word: when it comes before
 * the sale, the sale changes nothing any more.
 */
export function whenUnitMoves<Known extends Sale>(
  sale: Known,
  ticket: TicketState,
  step: UnitStep,
): { sale: Known; ticket: TicketState } {
  if (step === 'sold') {
    if (ticket !== 'admitted') return { sale, ticket };
    return { sale: { ...sale, taken: sale.taken - 1, sold: sale.sold + 1 }, ticket: 'paid' };
  }
  if (ticket === 'admitted') {
    return { sale: { ...sale, taken: sale.taken - 1 }, ticket: 'failed' };
  }
  if (ticket !== 'paid') return { sale, ticket };
  // Of a sale that has ended, the unit went back into the open stock.
  const returned = sale.returned === null ? null : sale.returned + 1;
  return { sale: { ...sale, sold: sale.sold - 1, returned }, ticket: 'failed' };
}

/** Units that nobody has: neither sold nor on the way to somebody. */
export function remainingUnits({ quantity, taken, sold }: SaleCounters): number {
  return quantity - taken - sold;
}
