/** A payment as its provider's books have it; amounts in KRW. */
export type BookedPayment = {
  key: string;
  orderId: string;
  amount: number;
  /** What is taken instead of the amount, where the stand-in was told to. */
  misread?: number;
  /** Every time that money was taken: more than one entry is a double charge. */
  charges: number[];
  /** Every time that money went back, and what it was asked for with. */
  cancels: { amount: number; mark: string }[];
};

export type Totals = { charged: number; cancelled: number; charges: number; cancels: number };

/** A provider's books, kept apart from whatever it answered. */
export class Ledger<Payment extends BookedPayment> {
  readonly #payments = new Map<string, Payment>();

  add(payment: Payment): void {
    this.#payments.set(payment.key, payment);
  }

  find(key: string): Payment | undefined {
    return this.#payments.get(key);
  }

  /** What happened to a payment. */
  of(key: string): Totals {
    const payment = this.#payments.get(key);
    if (!payment) throw new Error(`the provider has no payment ${key}`);
    return total([payment]);
  }

  /** What happened to all payments of an order. */
  ofOrder(orderId: string): Totals {
    return total([...this.#payments.values()].filter((payment) => payment.orderId === orderId));
  }

  /** What happened to all payments. */
  audit(): Totals {
    return total([...this.#payments.values()]);
  }
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((whole, part) => whole + part, 0);
}

export function takeMoney(payment: BookedPayment): void {
  payment.charges.push(payment.misread ?? payment.amount);
}

/** What was taken, or is to be. */
export function priceOf({ charges, amount }: BookedPayment): number {
  return charges[0] ?? amount;
}

/** What can still go back. */
export function leftOf({ charges, cancels }: BookedPayment): number {
  return sum(charges) - sum(cancels.map(({ amount }) => amount));
}

function total(payments: readonly BookedPayment[]): Totals {
  const charges = payments.flatMap((payment) => payment.charges);
  const cancels = payments.flatMap((payment) => payment.cancels.map(({ amount }) => amount));
  return {
    charged: sum(charges),
    cancelled: sum(cancels),
    charges: charges.length,
    cancels: cancels.length,
  };
}
