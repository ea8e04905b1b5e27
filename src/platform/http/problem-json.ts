import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isConnectionLost } from '../database/sql-error.ts';
import { outcomeUnknownIn } from '../errors/outcome-unknown.ts';
import {
  databaseUnavailable,
  defineProblem,
  notFound,
  outcomeUnknown,
  overloaded,
  Problem,
  type ProblemKind,
} from '../errors/problem.ts';
import { withoutValues } from '../logging/without-values.ts';
import { isClientGone } from './client-gone.ts';
import { resourceOf } from './resource.ts';

const STATUS: Record<ProblemKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unprocessable: 422,
  rate_limited: 429,
  unavailable: 503,
};

const DEFAULT_RETRY_AFTER_SECONDS = 1;

/** Methods that change nothing: whatever happens to them, there is no outcome to ask for. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

const DEBUGGING = new Set(['debug', 'trace']);

/** The one place where errors become HTTP. Anything unexpected is logged and tells nothing. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, problem } = toProblem(error, request, reply);
  logProblem(error, status, problem, request, reply);
  if (status === 429 || status === 503) {
    const { retryAfterSeconds } = problem.extras;
    const known = typeof retryAfterSeconds === 'number';
    reply.header('retry-after', known ? retryAfterSeconds : DEFAULT_RETRY_AFTER_SECONDS);
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  reply
    .code(status)
    .type('application/problem+json')
    // Not through a route's response schema: that would drop the members it does not know.
    .serializer(JSON.stringify)
    .send({
      type: `urn:seonchak:problem:${problem.code}`,
      title: problem.title,
      status,
      detail: problem.message,
      instance: request.url.split('?', 1)[0],
      code: problem.code,
      ...problem.extras,
    });
}

export function sendNotFound(request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(
    notFound(`There is nothing at ${request.method} ${request.url.split('?', 1)[0]}`),
    request,
    reply,
  );
}

function logProblem(
  error: unknown,
  status: number,
  { code, cause }: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { log, server, method, id: reqId } = request;
  // A crowd that is refused costs nothing for lines that nobody reads.
  if (status < 500 && !DEBUGGING.has(log.level)) return;
  const route = `${method} ${request.routeOptions.url ?? '(none)'}`;
  if (isClientGone(request, reply)) {
    log.debug({ reqId, route, err: error }, 'a client hung up');
  } else if (status < 500) {
    log.debug({ reqId, route, code }, 'refused');
  } else if (status === 503) {
    const reason = error instanceof Problem ? cause : error;
    const why = reason instanceof Error ? withoutValues(reason.message) : undefined;
    server.deliberateRefusals.log(log, code, { reqId, route, why });
  } else {
    log.error({ reqId, route, err: error }, code);
  }
}

function toProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): { status: number; problem: Problem } {
  if (error instanceof Problem) return { status: STATUS[error.kind], problem: error };
  const unknown = outcomeUnknownIn(error);
  if (unknown || isConnectionLost(error)) {
    const mayBeDone = unknown !== undefined || hasChangedSince(request);
    if (!mayBeDone || READS.has(request.method)) {
      return { status: 503, problem: databaseUnavailable() };
    }
    const resource = resourceOf(request, reply, unknown?.resourceId);
    const extras = resource === undefined ? {} : { resource };
    return { status: 503, problem: outcomeUnknown(undefined, extras) };
  }
  const fromFastify = frameworkProblem(error as Partial<FastifyError>);
  return fromFastify ?? { status: 500, problem: internalError() };
}

/**
 * Whether this process has changed anything since the request came. A connection that is lost then may
 * have been lost after the request's own change, in reading what to answer.
 */
function hasChangedSince({ server, changesBefore }: FastifyRequest): boolean {
  return server.countChanges() !== changesBefore;
}

const internalError = defineProblem('unavailable', 'internal_error', 'Something went wrong here');
const malformed = defineProblem('invalid', 'malformed_request', 'The request cannot be read');
const tooLarge = defineProblem('invalid', 'payload_too_large', 'The body is too large');
const tooLong = defineProblem('invalid', 'uri_too_long', 'A part of the address is too long');
const unsupported = defineProblem(
  'invalid',
  'unsupported_media_type',
  'The body must be application/json',
);
const rateLimited = defineProblem('rate_limited', 'rate_limited', 'Too many requests');

/** Errors that Fastify and its plugins raise by themselves, by their status. */
function frameworkProblem(
  error: Partial<FastifyError>,
): { status: number; problem: Problem } | undefined {
  switch (error.statusCode ?? 500) {
    case 400:
      return { status: 400, problem: malformed(error.message) };
    case 404:
      return { status: 404, problem: notFound() };
    case 414:
      return { status: 414, problem: tooLong() };
    case 413:
      return { status: 413, problem: tooLarge() };
    case 415:
      return { status: 415, problem: unsupported() };
    case 429:
      return { status: 429, problem: rateLimited(undefined, retryAfter(error)) };
    case 503:
      return { status: 503, problem: overloaded() };
    default:
      return undefined;
  }
}

function retryAfter(error: object): { retryAfterSeconds?: number } {
  return 'retryAfterSeconds' in error ? { retryAfterSeconds: Number(error.retryAfterSeconds) } : {};
}
