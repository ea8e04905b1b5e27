import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
  type RouteOptions,
} from 'fastify';
import { acceptTokens } from '../auth/access-token.ts';
import type { Clock } from '../clock/clock.ts';
import type { Config } from '../config/config.ts';
import { newId } from '../ids/id.ts';
import type { Logger } from '../logging/logger.ts';
import { DeliberateRefusals } from './deliberate-refusals.ts';
import { registerDocs } from './docs.ts';
import { allowEventStreams } from './event-stream.ts';
import { closedObject } from './schemas.ts';
import { sendNotFound, sendProblem } from './problem-json.ts';
import { dropSilentConnections } from './silent-connections.ts';
import { identifyAnswer } from './trace.ts';
import { compileValidator } from './validator.ts';

declare module 'fastify' {
  interface FastifyInstance {
    deliberateRefusals: DeliberateRefusals;
    /** How many changes this process has committed, or may have. */
    countChanges: () => number;
  }
  interface FastifyRequest {
    /** How many there were when the request came. */
    changesBefore: number;
  }
}

/** The HTTP server, with request and response types taken from the routes' schemas. */
export type ShopServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Adds a module's routes to a scope. */
export type Routes = (scope: ShopServer) => void;

const BODY_LIMIT_BYTES = 256 * 1024;
const REQUEST_ID = /^[\w.-]{1,64}$/;
/** Logins, registrations and refreshes a minute from one address. */
export const AUTH_REQUESTS_PER_MINUTE = 60;

/** @param countChanges how many changes this process has committed, or may have */
export async function createShopServer(
  config: Config['http'],
  jwtSecret: string,
  clock: Clock,
  log: Logger,
  countChanges: () => number = () => 0,
): Promise<ShopServer> {
  const loggerInstance: FastifyBaseLogger = log;
  const server = fastify({
    loggerInstance,
    // A line per request would cost more than many a request; errors are logged, and metrics count.
    logController: new LogController({ disableRequestLogging: true }),
    // Nor does a request need a logger of its own: hardly any has something to say.
    childLoggerFactory: (logger) => logger,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: config.trustProxy,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
    },
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  }).withTypeProvider<TypeBoxTypeProvider>() as ShopServer;

  server.setValidatorCompiler(compileValidator);
  // Only JSON comes in; a body of any other type is refused with 415.
  server.removeContentTypeParser('text/plain');
  server.setErrorHandler(sendProblem);
  server.setNotFoundHandler(sendNotFound);
  server.decorate('deliberateRefusals', new DeliberateRefusals());
  server.decorate('countChanges', countChanges);
  server.decorateRequest('changesBefore', 0);
  server.addHook('onRequest', (request, reply, done) => {
    request.changesBefore = countChanges();
    identifyAnswer(request, reply, done);
  });
  server.addHook('onRoute', refuseUnknownQuery);
  allowEventStreams(server);
  dropSilentConnections(server);

  await acceptTokens(server, jwtSecret, clock);
  await registerRateLimit(server, config.rateLimit);
  await registerDocs(server);
  return server;
}

/** A route that says nothing of a query takes none. */
function refuseUnknownQuery(route: RouteOptions): void {
  if (!route.url.startsWith('/api/')) return;
  route.schema = { querystring: closedObject({}), ...route.schema };
}

/** Only routes that ask for a limit have one, through `config: { rateLimit: authRateLimit }`. */
async function registerRateLimit(server: ShopServer, enabled: boolean): Promise<void> {
  await server.register(rateLimit, {
    global: false,
    ...(enabled ? {} : { allowList: () => true }),
    errorResponseBuilder: (_request, context) =>
      Object.assign(new Error('rate limited'), {
        statusCode: context.statusCode,
        retryAfterSeconds: Math.ceil(context.ttl / 1000),
      }),
  });
}

export const authRateLimit = { max: AUTH_REQUESTS_PER_MINUTE, timeWindow: '1 minute' };
