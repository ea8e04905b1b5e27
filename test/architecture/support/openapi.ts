/** A JSON schema, as far as these tests look into one. */
export type Schema = {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
} & Record<string, unknown>;

type Content = Record<string, { schema?: Schema }>;

export type Operation = {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: { content?: Content };
  responses?: Record<string, { description?: string; content?: Content }>;
  security?: Record<string, string[]>[];
};

export type OpenApiDocument = {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { securitySchemes?: Record<string, object> };
};

export type DocumentedRoute = {
  /** `GET /api/v1/orders/{orderId}`. */
  name: string;
  path: string;
  operation: Operation;
};

export function documentedRoutes({ paths }: OpenApiDocument): DocumentedRoute[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  );
}

/** What a reader or a generated client would miss of an operation. */
export function shortcomings({ path, operation }: DocumentedRoute): string[] {
  const { summary = '', tags = [], responses = {} } = operation;
  const errors = responses.default?.content?.['application/problem+json'];
  const undescribed = Object.keys(responses).filter((status) => !responses[status]?.description);
  return [
    ...(summary.trim() === '' ? ['no summary'] : []),
    ...(tags.length === 0 ? ['no tags'] : []),
    ...(errors?.schema?.properties?.code ? [] : ['no problem document as its default response']),
    ...(Object.keys(responses).some((status) => /^2\d\d$/.test(status)) ? [] : ['no success']),
    ...undescribed.map((status) => `no description of its response ${status}`),
    ...missingParameters(path, operation).map((name) => `no required path parameter ${name}`),
  ];
}

function missingParameters(path: string, { parameters = [] }: Operation): string[] {
  const declared = parameters
    .filter((parameter) => parameter.in === 'path' && parameter.required && parameter.schema)
    .map(({ name }) => name);
  return [...path.matchAll(/\{(\w+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !declared.includes(name));
}

/** The fields of a request's body for which /docs could show nothing better than "string" or 0. */
export function fieldsWithoutExample({ operation }: DocumentedRoute): string[] {
  const contents = Object.values(operation.requestBody?.content ?? {});
  return contents.flatMap(({ schema }) => (schema ? unexplained(schema, '') : ['']));
}

/** Keywords that give an example, or the values to choose from. */
const TELLING = ['examples', 'enum', 'const', 'default', 'format'];

function unexplained(schema: Schema, path: string): string[] {
  if (TELLING.some((keyword) => keyword in schema)) return [];
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([name, field]) =>
      unexplained(field, `${path}/${name}`),
    );
  }
  if (schema.items) return unexplained(schema.items, `${path}/*`);
  if (schema.anyOf) return schema.anyOf.flatMap((choice) => unexplained(choice, path));
  if (schema.type === 'null' || schema.type === 'boolean') return [];
  // A bound shows what a number may be.
  return schema.minimum === undefined ? [path] : [];
}

const MAX_INT = 2_147_483_647;
const MAX_KRW = 1_000_000_000_000;
const MONEY = /(?:^|[a-z])(?:amount|price|priceDelta)$/i;

/** The whole numbers of a request that have no bounds, or wider ones than are stored anywhere. */
export function unboundedIntegers({ operation }: DocumentedRoute): string[] {
  const { parameters = [], requestBody } = operation;
  const bodies = Object.values(requestBody?.content ?? {}).map(({ schema = {} }) => schema);
  return [
    ...parameters.flatMap(({ name, schema = {} }) => unboundedIn(schema, name)),
    ...bodies.flatMap((schema) => unboundedIn(schema, 'body')),
  ];
}

function unboundedIn(schema: Schema, name: string): string[] {
  const { type, properties = {}, items, anyOf = [] } = schema;
  if (type === 'number') return [`${name}: not a whole number`];
  if (type === 'integer') {
    const { minimum = -Infinity, maximum = Infinity } = schema;
    const most = MONEY.test(name) ? MAX_KRW : MAX_INT;
    return minimum >= -most && maximum <= most ? [] : [`${name}: ${minimum} to ${maximum}`];
  }
  return [
    ...Object.entries(properties).flatMap(([key, part]) => unboundedIn(part, key)),
    ...(items ? unboundedIn(items, name) : []),
    ...anyOf.flatMap((part) => unboundedIn(part, name)),
  ];
}
