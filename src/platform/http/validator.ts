import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { invalidInput, type InvalidPlace } from '../errors/validation-error.ts';

/**
 * Validates requests with the same library as events and configuration. What comes as text (query,
 * path, headers) is converted to the schema's types first; a body never is: "3" is not 3.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  const isBody = httpPart === 'body';
  const integers = isBody ? [] : integersOf(schema);
  // A look through the whole schema for each request: most have nothing to fill in.
  const hasDefaults = JSON.stringify(schema).includes('"default":');
  return (input: unknown) => {
    const read = integers.length > 0 ? readIntegers(integers, input as TextFields) : input;
    const value = hasDefaults ? validator.Default(read) : read;
    if (isStorable(value) && validator.Check(value)) return { value };
    const places = [...unstorableText(value), ...validator.Errors(value).flatMap(toPlaces)];
    const prefix = isBody ? '' : `/${httpPart}`;
    return { error: invalidInput(places.map((at) => ({ ...at, path: prefix + at.path }))) };
  };
};

type TextFields = Record<string, unknown>;

const INTEGER = /^-?\d{1,15}$/;

function integersOf(schema: TSchema): string[] {
  const fields = ('properties' in schema ? schema.properties : {}) as Record<string, TSchema>;
  return Object.entries(fields)
    .filter(([, field]) => 'type' in field && field.type === 'integer')
    .map(([name]) => name);
}

/** Reads whole numbers out of text fields; whatever is none stays text, and is refused as such. */
function readIntegers(integers: readonly string[], fields: TextFields): TextFields {
  const read = { ...fields };
  for (const name of integers) {
    const text = read[name];
    if (typeof text === 'string' && INTEGER.test(text)) read[name] = Number(text);
  }
  return read;
}

/**
 * Whether a database can keep all text as it is: not half of a surrogate pair, nor a NUL, which
 * comparisons pass over.
 */
function isStorable(input: unknown): boolean {
  // A list of what is still to be looked at: a hostile body nests deeper than calls can.
  const open: unknown[] = [input];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') {
      if (!isStorableText(value)) return false;
    } else if (typeof value === 'object' && value !== null) {
      for (const part of Object.values(value)) open.push(part);
    }
  }
  return true;
}

function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** The places of text that a database cannot keep. */
function unstorableText(input: unknown): InvalidPlace[] {
  const places: InvalidPlace[] = [];
  const open: [path: string, value: unknown][] = [['', input]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [path, value] = next;
    if (typeof value === 'string') {
      if (isStorableText(value)) continue;
      places.push({ path, message: 'has characters that are no text' });
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) open.push([`${path}/${name}`, part]);
    }
  }
  return places;
}

type Fault = { keyword: string; instancePath: string; message: string; params: object };

function toPlaces(fault: Fault): InvalidPlace[] {
  const params = fault.params as Record<string, unknown>;
  switch (fault.keyword) {
    case 'required':
      return names(params.requiredProperties).map((name) => ({
        path: `${fault.instancePath}/${name}`,
        message: 'is required',
      }));
    case 'additionalProperties':
      return names(params.additionalProperties).map((name) => ({
        path: `${fault.instancePath}/${name}`,
        message: 'is not known here',
      }));
    // Comes along with additionalProperties and would name the same place again.
    case 'boolean':
      return [];
    case 'enum':
      return [
        {
          path: fault.instancePath,
          message: `must be one of ${names(params.allowedValues).join(', ')}`,
        },
      ];
    default:
      return [{ path: fault.instancePath, message: fault.message }];
  }
}

function names(list: unknown): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}
