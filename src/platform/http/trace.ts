import type { FastifyReply, FastifyRequest } from 'fastify';

/** W3C Trace Context, version 00. */
const TRACE_PARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The request's traceparent, if it sent a valid one; it travels with what the request causes. */
export function traceOf(request: FastifyRequest): string | undefined {
  const { traceparent } = request.headers;
  return typeof traceparent === 'string' && TRACE_PARENT.test(traceparent)
    ? traceparent
    : undefined;
}

/** Gives every answer its request's id, and the trace that it belongs to. */
export function identifyAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
): void {
  reply.header('x-request-id', request.id);
  const trace = traceOf(request);
  if (trace !== undefined) reply.header('traceparent', trace);
  done();
}
