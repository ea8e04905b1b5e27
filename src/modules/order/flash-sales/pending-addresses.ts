import { newId, type Id } from '../../../platform/ids/id.ts';

/** An address that waits to be stored with its ticket. */
export type PendingAddress = {
  /** Goes through Redis with the claim, in the address's stead. */
  readonly key: Id;
  readonly address: string;
  /** It is in the database, committed. */
  isStored: boolean;
};

/**
 * The addresses of requests that are waiting for their tickets. Personal data must not go through
 * Redis, so it stays in the process that took the request; whoever stores the ticket takes it from
 * here if this is the same process.
 */
export class PendingAddresses {
  readonly #byKey = new Map<Id, PendingAddress>();

  /** Keeps an address while `work` runs. */
  async during<T>(address: string, work: (pending: PendingAddress) => Promise<T>): Promise<T> {
    const pending: PendingAddress = { key: newId(), address, isStored: false };
    this.#byKey.set(pending.key, pending);
    try {
      return await work(pending);
    } finally {
      this.#byKey.delete(pending.key);
    }
  }

  /** Undefined when another process has it, or nobody waits for the ticket any more. */
  find(key: Id): PendingAddress | undefined {
    return this.#byKey.get(key);
  }
}
