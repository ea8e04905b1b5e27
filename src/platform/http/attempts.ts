import { isIPv6, SocketAddress } from 'node:net';
import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;
/** Of the keys beyond, those that were not seen for the longest begin anew. */
const MOST_KEYS = 50_000;

type Window = { attempts: number; endsAtMs: number };

/**
 * Counts attempts, each key's in minutes of its own that begin with an attempt. Counting waits for
 * nothing, so that it may stand before work that takes no time either.
 */
export class Attempts {
  readonly #most: number;
  readonly #nowMs: () => number;
  readonly #windows = new LRUCache<string, Window>({ max: MOST_KEYS });

  /** @param most attempts a minute */
  constructor(most: number, nowMs: () => number = () => performance.now()) {
    this.#most = most;
    this.#nowMs = nowMs;
  }

  /** Counts one. Gives the seconds until the next minute when it is one too many. */
  count(key: string): number | undefined {
    const now = this.#nowMs();
    const window = this.#windows.get(key);
    if (!window || window.endsAtMs <= now) {
      this.#windows.set(key, { attempts: 1, endsAtMs: now + WINDOW_MS });
      return undefined;
    }
    window.attempts += 1;
    return window.attempts > this.#most ? secondsLeft(window, now) : undefined;
  }

  /** Whether the next one would be one too many; then the seconds until the next minute. */
  refusesNext(key: string): number | undefined {
    const now = this.#nowMs();
    const window = this.#windows.get(key);
    const isSpent = window && window.endsAtMs > now && window.attempts >= this.#most;
    return isSpent ? secondsLeft(window, now) : undefined;
  }
}

function secondsLeft({ endsAtMs }: Window, nowMs: number): number {
  return Math.ceil((endsAtMs - nowMs) / 1000);
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;
/** Of 16 bits each. */
const NETWORK_GROUPS = 4;
const ALL_GROUPS = 8;

/** Whom an address belongs to: whoever has an IPv6 address has the 2^64 of its network. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  // In the canonical form, which has no zone, and at most one gap.
  const { address: canonical } = new SocketAddress({ address, family: 'ipv6' });
  const mapped = MAPPED_IPV4.exec(canonical)?.[1];
  if (mapped !== undefined) return mapped;
  const [before = '', after] = canonical.split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after);
  const gap = Array.from({ length: ALL_GROUPS - head.length - tail.length }, () => '0');
  return [...head, ...gap, ...tail].slice(0, NETWORK_GROUPS).join(':');
}

function groupsOf(text = ''): string[] {
  return text === '' ? [] : text.split(':');
}
