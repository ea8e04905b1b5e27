import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ProviderRefused } from './payment-errors.ts';

/**
 * The few of Kakao Pay's error codes that decide something by themselves
 * (https://developers.kakaopay.com/docs/getting-started/api-common-guide/error-code). After any other,
 * -702 (approved before), -780 (approval failed) and -785 (twice at once) among them, the payment's
 * own record decides.
 */
export const NO_SUCH_PAYMENT: ReadonlySet<string> = new Set(['-721']);
export const APPROVED_TOO_LATE: ReadonlySet<string> = new Set(['-723']);
/** More than is left, more than was paid, and a payment in no state to be cancelled. */
export const FINAL_REFUND_REFUSALS: ReadonlySet<string> = new Set(['-710', '-711', '-784']);

const refusal = Compile(
  Type.Object({
    error_code: Type.Union([Type.Integer(), Type.String()]),
    extras: Type.Optional(
      Type.Union([Type.Object({ method_result_code: Type.Optional(Type.String()) }), Type.Null()]),
    ),
  }),
);

/** The code of a refusal, with the reason of the payment's means where there is one: `-780.NO_MONEY`. */
export function codeOf(body: unknown): string | undefined {
  if (!refusal.Check(body)) return undefined;
  const reason = body.extras?.method_result_code;
  return reason === undefined ? `${body.error_code}` : `${body.error_code}.${reason}`;
}

export function isOneOf({ code }: ProviderRefused, codes: ReadonlySet<string>): boolean {
  const [ownCode = ''] = (code ?? '').split('.', 1);
  return codes.has(ownCode);
}
