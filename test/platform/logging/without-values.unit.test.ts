import { describe, expect, it } from 'vitest';
import { serializeError } from '../../../src/platform/logging/serialize-error.ts';
import { describeError, withoutValues } from '../../../src/platform/logging/without-values.ts';

describe('the text of an error', () => {
  it.each([
    ["Duplicate entry 'minji' for key 'login_id'", "Duplicate entry '…' for key 'login_id'"],
    ["Duplicate entry 'it's for key 'x'' for key 'k'", "Duplicate entry '…' for key 'k'"],
    [
      "Incorrect integer value: 'a secret' for column `s`.`t`.`c` at row 1",
      "Incorrect integer value: '…' for column `s`.`t`.`c` at row 1",
    ],
    ["Truncated incorrect DOUBLE value: 'a secret'", "Truncated incorrect DOUBLE value: '…'"],
    [
      "You have an error in your SQL syntax; … near 'a 'secret'' at line 1",
      "You have an error in your SQL syntax; … near '…' at line 1",
    ],
    ["BIGINT value is out of range in '(1 + 2)'", "BIGINT value is out of range in '…'"],
    [
      'Failed query: insert into t values (?)\nparams: a secret\n    at home',
      'Failed query: insert into t values (?)',
    ],
    ["Data too long for column 'name' at row 1", "Data too long for column 'name' at row 1"],
    ["Unknown column 'nme' in 'field list'", "Unknown column 'nme' in 'field list'"],
  ])('has no values: %s', (text, kept) => {
    expect(withoutValues(text)).toBe(kept);
  });

  it('tells its causes, as long as they are', () => {
    const error = new Error('outer', { cause: new Error("Duplicate entry 'x' for key 'k'") });
    expect(describeError(error)).toBe(
      "Error: outer; caused by Error: Duplicate entry '…' for key 'k'",
    );
    error.cause = error;
    expect(describeError(error)).toContain('outer');
  });
});

describe('a logged error', () => {
  it('keeps its stack, its fields and its causes', () => {
    const cause = Object.assign(new Error('gone'), { code: 'GONE', sql: 'SELECT secret' });
    const logged = serializeError(new TypeError('outer', { cause })) as Record<string, unknown>;
    expect(logged).toMatchObject({
      type: 'TypeError',
      message: 'outer',
      stack: expect.stringMatching(/^TypeError: outer\n {4}at .*without-values/),
      cause: { type: 'Error', message: 'gone', code: 'GONE' },
    });
    expect(JSON.stringify(logged)).not.toContain('secret');
  });
});
