import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Id } from '../ids/id.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Where to ask what became of a request whose outcome is unknown: a path with the route's own
     * parameters as `:name`, and with `:made` for what the request makes.
     */
    resource?: string;
  }
}

const PLACE = /:(\w+)/g;

/**
 * The address at which to ask what became of a request: its answer's Location, if it got that far, or
 * what its route says. Undefined when there is none.
 * @param madeId what the request would have made, as far as that is known
 */
export function resourceOf(
  request: FastifyRequest,
  reply: FastifyReply,
  madeId: Id | undefined,
): string | undefined {
  const location = reply.getHeader('location');
  if (typeof location === 'string') return location;
  const { resource } = request.routeOptions.config;
  if (resource === undefined) return undefined;
  const values = { ...(request.params as Record<string, string>), made: madeId };
  const isComplete = [...resource.matchAll(PLACE)].every(
    ([, name = '']) => name in values && values[name as 'made'] !== undefined,
  );
  if (!isComplete) return undefined;
  return resource.replace(PLACE, (_, name: string) =>
    encodeURIComponent(values[name as 'made'] ?? ''),
  );
}
