import type { Database } from '../database/database.ts';
import { newId, type Id } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import type { Dispatcher } from './dispatcher.ts';
import {
  beat,
  deleteInstance,
  deleteSilentInstances,
  insertInstance,
  readDeadOwners,
  takeOver,
} from './instances.store.ts';
import { disownAll, READ_AT_ONCE, readWaiting } from './outbox.store.ts';
import type { InTransaction } from './transactions.ts';

/**
 * How often all waiting envelopes are read although none is known to have been left. Some are there
 * that nobody knows of: of a COMMIT that was done and went unanswered until its caller gave up, of a
 * takeover or a reading that broke off.
 */
const SWEEP_MS = 5000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export type RelayParts = {
  database: Database;
  inTransaction: InTransaction;
  dispatcher: Dispatcher;
  /** False while other builds have consumers that this one does not: their events are not ours. */
  mayTakeOver: () => boolean;
  leaseMs: number;
  log: Logger;
};

/**
 * Keeps this instance's ownership of its envelopes alive, takes over those of instances that stopped
 * beating, and brings waiting envelopes into memory when there is room.
 */
export class Relay {
  readonly #parts: RelayParts;
  #instanceId: Id = newId();
  #current: Promise<void> | undefined;
  #sweepAtMs = 0;
  #takenOver = 0;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  get instanceId(): Id {
    return this.#instanceId;
  }

  /** Envelopes that this instance has taken over since its start. */
  get takenOver(): number {
    return this.#takenOver;
  }

  async register(): Promise<void> {
    await insertInstance(this.#parts.database, this.#instanceId);
  }

  /**
   * Leaves at once: the others need not wait for the lease to run out. What is left waiting is given
   * up in order, so that it does not look as if it had killed an instance.
   */
  async leave(): Promise<void> {
    await disownAll(this.#parts.database, this.#instanceId);
    await deleteInstance(this.#parts.database, this.#instanceId);
  }

  /** One round: beat, take over what the dead left, read what waits. Rounds never overlap. */
  round(): Promise<void> {
    this.#current ??= this.#round()
      .catch((error: unknown) => {
        // The database is or was away: what broke off with it waits, unknown to anybody.
        this.#sweepAtMs = 0;
        throw error;
      })
      .finally(() => {
        this.#current = undefined;
      });
    return this.#current;
  }

  async #round(): Promise<void> {
    const { database, leaseMs, dispatcher, log } = this.#parts;
    if (!(await beat(database, this.#instanceId))) {
      log.warn('this instance was silent for longer than its lease; it starts over as a new one');
      dispatcher.drop();
      this.#instanceId = newId();
      await this.register();
    }
    await deleteSilentInstances(database, leaseMs);
    if (this.#parts.mayTakeOver()) {
      for (const deadId of await readDeadOwners(database)) await this.#takeAll(deadId);
    }
    // Without room what is left stays noted as it is: it tells whether the shop is overloaded.
    if (dispatcher.hasRoom && (dispatcher.hasLeft || performance.now() >= this.#sweepAtMs)) {
      await this.#readWaiting();
      this.#sweepAtMs = performance.now() + SWEEP_MS;
    }
  }

  async #takeAll(deadId: Id): Promise<void> {
    const { inTransaction, dispatcher, log } = this.#parts;
    for (;;) {
      const taken = await inTransaction((tx) => takeOver(tx, deadId, this.#instanceId));
      if (taken === 0) return;
      this.#takenOver += taken;
      dispatcher.leave();
      log.info({ taken, from: deadId }, 'took over envelopes of an instance that is gone');
    }
  }

  /** Reads all waiting envelopes of this instance, as far as there is room. */
  async #readWaiting(): Promise<void> {
    const { database, dispatcher } = this.#parts;
    dispatcher.readAgain();
    for (let afterId = FIRST_ID; ;) {
      if (!dispatcher.hasRoom) {
        dispatcher.leave();
        return;
      }
      const envelopes = await readWaiting(database, this.#instanceId, afterId);
      dispatcher.accept(envelopes);
      const last = envelopes.at(-1);
      if (!last || envelopes.length < READ_AT_ONCE) return;
      afterId = last.id;
    }
  }
}
