import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  halfJitterGenerator,
  handleType,
  handleWhen,
  retry,
} from 'cockatiel';
import { ProviderRefused, ProviderUnavailable, type UnavailableReason } from './payment-errors.ts';
import type { PaymentProviderName } from './payment-gateway.ts';

export type ProviderSettings = {
  provider: PaymentProviderName;
  /** Without a slash at its end. */
  url: string;
  authorization: string;
  /** For a whole call, with its repeats and the pauses between them; milliseconds. */
  timeoutMs: number;
  /** How long nothing is sent after a run of failures, at first; later rests are longer. */
  restMs?: number | undefined;
  /** The provider's own code in the body of a refusal. */
  codeOf: (body: unknown) => string | undefined;
  /** Codes that ask for the same call again, a little later. */
  busyCodes: ReadonlySet<string>;
};

export type ProviderCall<Answer> = {
  /** For errors. */
  operation: string;
  method: 'GET' | 'POST';
  path: string;
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** Whether a second arrival does no harm. One that failed is then sent up to three times. */
  isRepeatable: boolean;
  answer: { Check: (value: unknown) => value is Answer };
};

type Exchanged = { status: number; body: unknown };

const FAILURES_IN_A_ROW = 5;
const FIRST_REST_MS = 1000;
const LONGEST_REST_MS = 30_000;
const REPEATS = 2;
const REPEATED = new Set<UnavailableReason>(['connection', 'server_error', 'busy']);

/**
 * JSON over HTTP with one provider: a time limit for each call, repeats with jitter for calls that
 * bear them, and a circuit breaker that spares a provider in trouble, and the shop's own patience.
 */
export class ProviderApi {
  readonly #settings: ProviderSettings;
  readonly #circuit;
  readonly #repeat = retry(
    handleWhen((error) => error instanceof ProviderUnavailable && REPEATED.has(error.reason)),
    {
      maxAttempts: REPEATS,
      backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1000 }),
    },
  );

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
    this.#circuit = circuitBreaker(handleType(ProviderUnavailable), {
      breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
      halfOpenAfter: new ExponentialBackoff({
        // Whatever the jitter, a rest is a rest: the default may be next to nothing.
        generator: halfJitterGenerator,
        initialDelay: settings.restMs ?? FIRST_REST_MS,
        maxDelay: LONGEST_REST_MS,
      }),
    });
  }

  /**
   * Sends a request and gives its checked answer. Throws ProviderUnavailable when there is none to be
   * had, and ProviderRefused when it is a refusal.
   */
  call<Answer>(call: ProviderCall<Answer>): Promise<Answer> {
    const deadline = AbortSignal.timeout(this.#settings.timeoutMs);
    const attempt = () => this.#attempt(call, deadline);
    return call.isRepeatable ? this.#repeat.execute(attempt, deadline) : attempt();
  }

  async #attempt<Answer>(call: ProviderCall<Answer>, deadline: AbortSignal): Promise<Answer> {
    const { status, body } = await this.#throughCircuit(call, deadline);
    if (status >= 400) throw this.#refusal(call, status, body);
    if (!call.answer.Check(body)) throw this.#unavailable(call, 'unreadable', status);
    return body;
  }

  async #throughCircuit(call: ProviderCall<unknown>, deadline: AbortSignal): Promise<Exchanged> {
    try {
      return await this.#circuit.execute(() => this.#exchange(call, deadline));
    } catch (error) {
      throw error instanceof BrokenCircuitError ? this.#unavailable(call, 'circuit_open') : error;
    }
  }

  /** Refusals are results here: a provider that refuses is well. */
  async #exchange(call: ProviderCall<unknown>, deadline: AbortSignal): Promise<Exchanged> {
    const { status, text } = await this.#fetch(call, deadline);
    const body = readJson(text);
    if (status >= 500) throw this.#unavailable(call, 'server_error', status, this.#codeOf(body));
    if (body === undefined) throw this.#unavailable(call, 'unreadable', status);
    return { status, body };
  }

  async #fetch(
    call: ProviderCall<unknown>,
    deadline: AbortSignal,
  ): Promise<{ status: number; text: string }> {
    const { url, authorization } = this.#settings;
    try {
      const response = await fetch(`${url}${call.path}`, {
        method: call.method,
        headers: { authorization, 'content-type': 'application/json', ...call.headers },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: deadline,
        // The key must not follow to another address.
        redirect: 'error',
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      // Not as the cause: what fetch throws may quote a header.
      if (deadline.aborted) throw this.#unavailable(call, 'timeout');
      throw this.#unavailable(call, 'connection', null, networkCodeOf(error));
    }
  }

  #refusal(call: ProviderCall<unknown>, httpStatus: number, body: unknown): Error {
    const code = this.#codeOf(body);
    const isBusy = httpStatus === 429 || (code !== null && this.#settings.busyCodes.has(code));
    if (isBusy) return this.#unavailable(call, 'busy', httpStatus, code);
    const { provider } = this.#settings;
    return new ProviderRefused({ provider, operation: call.operation, httpStatus, code });
  }

  #unavailable(
    { operation }: ProviderCall<unknown>,
    reason: UnavailableReason,
    httpStatus: number | null = null,
    code: string | null = null,
  ): ProviderUnavailable {
    const { provider } = this.#settings;
    return new ProviderUnavailable(reason, { provider, operation, httpStatus, code });
  }

  #codeOf(body: unknown): string | null {
    const code = this.#settings.codeOf(body);
    // It goes into logs and tables: only what looks like a code is taken for one.
    return code !== undefined && CODE.test(code) ? code : null;
  }
}

const CODE = /^[\w.-]{1,100}$/;

/** Undefined when it is no JSON; the parser's error would quote the answer. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Such as ECONNREFUSED. */
function networkCodeOf(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && CODE.test(code) ? code : null;
}
