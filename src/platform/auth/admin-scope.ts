import type { FastifyRequest, RouteOptions } from 'fastify';
import { forbidden, unauthenticated } from '../errors/problem.ts';
import type { ShopServer } from '../http/shop-server.ts';
import { verify } from './access-token.ts';
import { isAllowed, type Permission } from './permissions.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What an admin must be allowed to do; `public` is for the login alone. */
    permission?: Permission | 'public';
  }
}

/**
 * Makes a scope of routes one for admins: nothing passes without a permission that the route names
 * and the admin's role has. A route that names none stops the start.
 */
export function restrictToAdmins(scope: ShopServer): void {
  scope.addHook('onRoute', refuseUndeclared);
  scope.addHook('onRequest', async (request) => {
    const permission = permissionOf(request);
    if (permission === 'public') return;
    const claims = verify(request);
    if (claims.kind !== 'admin') throw unauthenticated('This needs an admin');
    if (permission === undefined || !isAllowed(claims.role, permission)) {
      throw forbidden(`The role ${claims.role} may not do this`);
    }
  });
}

function refuseUndeclared(route: RouteOptions): void {
  if (route.config?.permission === undefined) {
    throw new Error(`the admin route ${String(route.method)} ${route.url} declares no permission`);
  }
}

function permissionOf(request: FastifyRequest): Permission | 'public' | undefined {
  return request.routeOptions.config.permission;
}
