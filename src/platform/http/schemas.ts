import { Type, type TProperties, type TSchema } from 'typebox';
import { ID_PATTERN } from '../ids/id.ts';
import { MAX_KRW } from '../money/krw.ts';

/** The most that a column of the databases' type INT holds. */
export const MAX_INT = 2_147_483_647;

/** An object that refuses fields it does not know: what is sent must never be dropped silently. */
export function closedObject<Properties extends TProperties>(
  properties: Properties,
  options: { description?: string; examples?: unknown[]; minProperties?: number } = {},
) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

export const idSchema = (description?: string) =>
  Type.String({
    pattern: ID_PATTERN,
    examples: ['01942f3c-7a10-7c3e-9d51-3f0b6a1c2d4e'],
    ...(description === undefined ? {} : { description }),
  });

/** Whole KRW. */
export const krwSchema = (options: { minimum?: number; description?: string } = {}) =>
  Type.Integer({ minimum: 0, maximum: MAX_KRW, examples: [12000], ...options });

export const momentSchema = (description?: string) =>
  Type.String({
    format: 'date-time',
    // The format alone lets through what Date cannot read, such as a zone's name in brackets.
    pattern: '^[12]\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d{1,3})?(Z|[+-]\\d\\d:\\d\\d)$',
    examples: ['2026-11-20T09:00:00.000Z'],
    ...(description === undefined ? {} : { description }),
  });

export const nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

export const listQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 24, description: 'Items at the most' }),
  cursor: Type.Optional(
    Type.String({ maxLength: 500, description: 'nextCursor of the page before' }),
  ),
};

/** A page of a list: `nextCursor` is null on the last one. */
export const listOf = <Schema extends TSchema>(item: Schema) =>
  Type.Object({ items: Type.Array(item), nextCursor: nullable(Type.String()) });

export const idempotencyKeyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x20-\\x7e]{1,255}$',
      description:
        'The same key and body replay the first outcome instead of doing it again. Bodies are the ' +
        'same when their JSON says the same, with the members of objects in any order; a field left ' +
        'out is the same as the default that its schema names, and as nothing else.',
    }),
  ),
});

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.String({ description: 'Stable name of the error, in snake_case' }),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
    resource: Type.Optional(
      Type.String({ description: 'With outcome_unknown: the address at which to ask' }),
    ),
  },
  { additionalProperties: true, description: 'RFC 9457 problem document' },
);
