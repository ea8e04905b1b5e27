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
  return (input: unknown) => {
    const filled = validator.Default(httpPart === 'body' ? input : { ...(input as object) });
    const value = httpPart === 'body' ? filled : validator.Convert(filled);
    if (validator.Check(value)) return { value };
    const prefix = httpPart === 'body' ? '' : `/${httpPart}`;
    const places = validator.Errors(value).flatMap(toPlaces);
    return { error: invalidInput(places.map((at) => ({ ...at, path: prefix + at.path }))) };
  };
};

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
