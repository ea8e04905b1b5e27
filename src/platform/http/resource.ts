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
  const values = new Map(Object.entries(request.params as Record<string, string>));
  if (madeId !== undefined) values.set('made', madeId);
  const isKnown = [...resource.matchAll(PLACE)].every(([, name = '']) => values.has(name));
  if (!isKnown) return undefined;
  return resource.replace(PLACE, (_, name: string) => encodeURIComponent(values.get(name) ?? ''));
}
