import { invalidInput } from '../errors/validation-error.ts';
import { ID_PATTERN } from '../ids/id.ts';

/** Packs the sort values of a page's last row; clients must not look into it. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** What a value in a cursor must be. */
type CursorPart = 'integer' | 'id';

const ID = new RegExp(ID_PATTERN);

const IS: Record<CursorPart, (value: unknown) => boolean> = {
  integer: Number.isSafeInteger,
  id: (value) => typeof value === 'string' && ID.test(value),
};

/** Unpacks a cursor of these parts. Throws `validation_failed` for anything that nobody gave out. */
export function decodeCursor(cursor: string, parts: readonly CursorPart[]): (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(values) &&
      values.length === parts.length &&
      parts.every((part, index) => IS[part](values[index]))
    ) {
      return values;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidInput([{ path: '/querystring/cursor', message: 'is not a cursor of this list' }]);
}
