import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema, RouteOptions } from 'fastify';
import { membersOnly } from '../auth/access-token.ts';
import { ProblemSchema } from './schemas.ts';
import type { ShopServer } from './shop-server.ts';

const PROBLEM_RESPONSE = {
  description: 'Any error, as an RFC 9457 problem document',
  content: { 'application/problem+json': { schema: ProblemSchema } },
};

/** /openapi.json, made from the routes' own schemas, and /docs to browse it. */
export async function registerDocs(server: ShopServer): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Seonchak',
        description: "An online shop's back end that stays exact when everybody comes at once.",
        version: '1',
      },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    transform: ({ schema, url, route }) => ({
      schema: {
        ...withProblemResponse(schema),
        ...(needsToken(route) ? { security: [{ bearer: [] }] } : {}),
        ...whereToAsk(route),
      },
      url,
    }),
  });
  await server.register(swaggerUi, { routePrefix: '/docs' });
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
}

function withProblemResponse(schema: FastifySchema): FastifySchema {
  const response = (schema.response ?? {}) as Record<string, unknown>;
  return { ...schema, response: { ...response, default: PROBLEM_RESPONSE } };
}

/** An extension of the document: what the `resource` of outcome_unknown will be. */
function whereToAsk({ config }: RouteOptions): { 'x-resource'?: string } {
  if (config?.resource === undefined) return {};
  return { 'x-resource': config.resource.replace(/:(\w+)/g, '{$1}') };
}

function needsToken({ onRequest, config }: RouteOptions): boolean {
  if (config?.permission !== undefined) return config.permission !== 'public';
  const hooks: unknown[] = Array.isArray(onRequest) ? onRequest : [onRequest];
  return hooks.includes(membersOnly);
}
