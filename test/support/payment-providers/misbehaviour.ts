/** Whether a fault strikes before or after the request had its effect. */
export type Moment = 'before' | 'after';

/**
 * What a provider does instead of answering well.
 * - `decline` refuses the payment for good.
 * - `wait` answers late; what happens `before` waits with the effect too, so a charge may land after
 *   its caller has gone.
 * - `hang` never answers; `drop` cuts the connection.
 * - `error` answers 500; with `isKept`, under the request's idempotency key too.
 * - `answer` sends anything at all.
 * - `charge` takes another amount than the one asked for.
 */
export type Misbehaviour =
  | { how: 'decline'; code?: string }
  | { how: 'wait'; moment: Moment; until: Promise<unknown> }
  | { how: 'hang'; moment: Moment }
  | { how: 'drop'; moment: Moment }
  | { how: 'error'; moment: Moment; isKept?: boolean }
  | { how: 'answer'; moment: Moment; status: number; body: unknown }
  | { how: 'charge'; amount: number };

export type Rule<Operation extends string> = Misbehaviour & {
  on: Operation;
  /** One payment, by the provider's key; every payment when not given. */
  payment?: string;
  /** To how many requests it applies; all when not given. */
  times?: number;
  /** To which part of them, evenly spread: 0.25 is every fourth. */
  share?: number;
};

type Running<Operation extends string> = { rule: Rule<Operation>; left: number; saved: number };

/** What a stand-in was told to do wrong, and how often it still has to. */
export class Misbehaviours<Operation extends string> {
  #running: Running<Operation>[] = [];

  add(rule: Rule<Operation>): void {
    this.#running.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY, saved: 0 });
  }

  clear(): void {
    this.#running = [];
  }

  /** The fault that strikes this request; those told for its payment come first. */
  next(on: Operation, payment: string | undefined): Misbehaviour | undefined {
    const matching = this.#running.filter(({ rule, left }) => {
      const isMeant = rule.payment === undefined || rule.payment === payment;
      return left > 0 && rule.on === on && isMeant;
    });
    const running = matching.find(({ rule }) => rule.payment !== undefined) ?? matching[0];
    return running && strikes(running) ? running.rule : undefined;
  }
}

function strikes(running: Running<string>): boolean {
  running.saved += running.rule.share ?? 1;
  if (running.saved < 1) return false;
  running.saved -= 1;
  running.left -= 1;
  return true;
}
