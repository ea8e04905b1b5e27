import { invalidInput } from '../errors/validation-error.ts';

/** Packs the sort values of a page's last row; clients must not look into it. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Unpacks a cursor of `length` values. Throws `validation_failed` for anything else. */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(values) &&
      values.length === length &&
      values.every((value) => typeof value === 'string' || typeof value === 'number')
    ) {
      return values;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidInput([{ path: '/querystring/cursor', message: 'is not a cursor of this list' }]);
}
