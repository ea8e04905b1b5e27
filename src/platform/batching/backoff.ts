import { setTimeout as pause } from 'node:timers/promises';

/** Exponential backoff with full jitter, in milliseconds, for the n-th retry (from 1). */
export function backoffMs(retry: number, firstMs: number, maxMs: number): number {
  return Math.random() * Math.min(maxMs, firstMs * 2 ** (retry - 1));
}

export async function backOff(retry: number, firstMs: number, maxMs: number): Promise<void> {
  await pause(backoffMs(retry, firstMs, maxMs));
}
