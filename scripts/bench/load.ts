import type { LoadRequest } from './subject.ts';

export type LoadResult = {
  perSecond: number;
  /** All answers, refusals too. */
  answered: number;
  /** Answers that are not 2xx. */
  refused: number;
  /** Connections that broke, and answers that did not come in time. */
  failed: number;
  p50Ms: number;
  p99Ms: number;
};

export type LoadPlan = {
  url: string;
  request: LoadRequest;
  connections: number;
  seconds: number;
};

/** Sends the request's messages over and over, each connection waiting for its answer. */
export type GenerateLoad = (plan: LoadPlan) => Promise<LoadResult>;

/** An answer that takes longer counts as failed. */
export const TIMEOUT_SECONDS = 30;
