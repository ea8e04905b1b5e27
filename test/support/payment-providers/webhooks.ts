import { setTimeout as pause } from 'node:timers/promises';

/** How a provider tells of payments that changed. */
export type Announcing = {
  url: string;
  /** How often each change is told; once when not given. */
  copies?: number;
  /** `early`: the answer to the shop waits until it was told. `late`: after the given time. */
  timing?: 'early' | { lateMs: number };
};

/** Sends a provider's webhooks. Whoever does not take them is left alone, as a provider would in the end. */
export class Webhooks {
  #announcing: Announcing | undefined;
  readonly #stopped = new AbortController();
  readonly #sending = new Set<AbortController>();
  /** How many were taken, and how many not. */
  readonly counts = { delivered: 0, failed: 0 };

  /** From now on, every change is told; with undefined none. */
  announceTo(announcing: Announcing | undefined): void {
    this.#announcing = announcing;
  }

  /** Tells of a change. Resolves when the answer to the shop may go out. */
  async changed(body: unknown): Promise<void> {
    const announcing = this.#announcing;
    if (!announcing) return;
    const { url, copies = 1, timing } = announcing;
    if (timing === 'early') return this.#sendAll(url, body, copies);
    void this.#later(timing?.lateMs ?? 0, () => this.#sendAll(url, body, copies));
  }

  /** Sends one now. Resolves with the status of the answer. */
  async send(url: string, body: unknown): Promise<number> {
    // One of its own: thousands of requests would leave their listeners at a signal that they share.
    const sending = new AbortController();
    this.#sending.add(sending);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: sending.signal,
      });
      await response.arrayBuffer();
      return response.status;
    } finally {
      this.#sending.delete(sending);
    }
  }

  stop(): void {
    this.#stopped.abort();
    for (const sending of this.#sending) sending.abort();
  }

  async #sendAll(url: string, body: unknown, copies: number): Promise<void> {
    await Promise.all(
      Array.from({ length: copies }, async () => {
        const status = await this.send(url, body).catch(() => undefined);
        const isTaken = status !== undefined && status < 300;
        this.counts[isTaken ? 'delivered' : 'failed'] += 1;
      }),
    );
  }

  async #later(afterMs: number, act: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopped;
    const elapsed = await pause(afterMs, true, { signal, ref: false }).catch(() => false);
    if (elapsed) await act();
  }
}
