import type { InjectOptions } from 'fastify';
import type { ShopServer } from '../../../src/platform/http/shop-server.ts';

export type Route = {
  method: NonNullable<InjectOptions['method']>;
  /** With parameters as `:name`. */
  url: string;
};

/** Made by Fastify beside the routes that the code names. */
const BY_ITSELF = ['HEAD', 'OPTIONS'];

/**
 * Every route that the server answers, those that the OpenAPI document hides included. The server
 * tells them only as a picture of its tree:
 *
 *     ├── /api/v1/me (GET, HEAD)
 *     │   └── /wallet (GET, HEAD)
 */
export function routesOf(server: ShopServer): Route[] {
  const parents: string[] = [];
  const lines = server.printRoutes({ commonPrefix: false }).trimEnd().split('\n');
  return lines.flatMap((line) => {
    const [, indent, part, , methods = ''] =
      /^((?:[│ ] {3})*)[├└]── (.*?)( \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (indent === undefined || part === undefined) throw new Error(`no route: ${line}`);
    const depth = indent.length / 4;
    parents.length = depth;
    parents.push(part);
    return methods
      .split(', ')
      .filter((method) => method !== '' && !BY_ITSELF.includes(method))
      .map((method) => ({ method: method as Route['method'], url: parents.join('') }));
  });
}

/** As the OpenAPI document writes it: `GET /api/v1/orders/{orderId}`. */
export function documentedName({ method, url }: Route): string {
  return `${method} ${url.replace(/:(\w+)/g, '{$1}')}`;
}

/** Whatever its parameters are called: `GET /orders/{}`, below /api/v1. */
export function shortName(route: Route): string {
  return documentedName(route)
    .replace('/api/v1', '')
    .replace(/\{\w+\}/g, '{}');
}

/** Its status when it is called with this token, a made-up id and no body. */
export async function statusOf(
  server: ShopServer,
  { method, url }: Route,
  token?: string,
): Promise<number> {
  const answer = await server.inject({
    method,
    url: url.replace(/:\w+/g, '01942f3c-7a10-7c3e-9d51-3f0b6a1c2d4e'),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return answer.statusCode;
}

/** The routes that answer otherwise than with this status, with what they answer. */
export async function answeringOtherwise(
  server: ShopServer,
  routes: readonly Route[],
  status: number,
  token?: string,
): Promise<string[]> {
  const answers = await Promise.all(
    routes.map(async (route) => ({ route, got: await statusOf(server, route, token) })),
  );
  return answers
    .filter(({ got }) => got !== status)
    .map(({ route, got }) => `${shortName(route)}: ${got}`);
}
