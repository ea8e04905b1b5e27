import type { Outage } from '../errors/outage.ts';
import type { PaymentProviderName } from './payment-gateway.ts';

/** Which call to which provider, and how it was answered. */
export type Failure = {
  provider: PaymentProviderName;
  operation: string;
  /** Null when no answer came. */
  httpStatus?: number | null;
  /** The provider's own code, or the network's. */
  code?: string | null;
};

/**
 * A payment provider did not do what it was asked to. These errors carry names, codes and numbers
 * only: an answer may hold personal data, and a request the secret key.
 */
export abstract class ProviderError extends Error {
  readonly provider: PaymentProviderName;
  readonly operation: string;
  readonly httpStatus: number | null;
  readonly code: string | null;

  constructor(what: string, { provider, operation, httpStatus = null, code = null }: Failure) {
    const details = [httpStatus, code].filter((detail) => detail !== null);
    super(`${provider}, ${operation}: ${[what, ...details].join(' ')}`);
    this.provider = provider;
    this.operation = operation;
    this.httpStatus = httpStatus;
    this.code = code;
  }
}

/**
 * Why no answer could be had. `timeout`, `connection`, `server_error`, `unreadable`: the request may
 * have had its effect. `busy`: the provider wants to be asked again. `circuit_open`: nothing was sent,
 * as the last calls failed.
 */
export type UnavailableReason =
  | 'timeout'
  | 'connection'
  | 'server_error'
  | 'unreadable'
  | 'busy'
  | 'circuit_open';

/** The provider gave no usable answer; another time it may. */
export class ProviderUnavailable extends ProviderError implements Outage {
  override readonly name = 'ProviderUnavailable';
  readonly isOutage = true;
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, failure: Failure) {
    super(`unavailable (${reason})`, failure);
    this.reason = reason;
  }
}

/** The provider refused the call. By itself that says nothing about the payment. */
export class ProviderRefused extends ProviderError {
  override readonly name = 'ProviderRefused';

  constructor(failure: Failure) {
    super('refused', failure);
  }
}

/** The provider will never give this money back: a person has to look at it. */
export class RefundRefused extends ProviderError {
  override readonly name = 'RefundRefused';

  constructor(failure: Failure) {
    super('refused for good', failure);
  }
}

/** The provider took other money than it was asked to: a person has to look at it. */
export class PaymentDiffers extends ProviderError {
  override readonly name = 'PaymentDiffers';
  readonly differs: 'amount' | 'currency' | 'order';

  constructor(differs: 'amount' | 'currency' | 'order', failure: Failure) {
    super(`the payment's ${differs} is another`, failure);
    this.differs = differs;
  }
}
