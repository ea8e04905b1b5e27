import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A finished JSON answer: its bytes, and the strong ETag made of them. It may be kept and sent again. */
export type TaggedJson = { readonly bytes: Buffer; readonly etag: string };

export function tagJson(body: unknown): TaggedJson {
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, etag: `"${createHash('sha1').update(bytes).digest('base64url')}"` };
}

/**
 * Answers 200 with the JSON, or 304 when If-None-Match says that the client has it already. The bytes
 * go out as they are, past the route's response schema: what is sent is what the ETag was made of.
 * `no-cache` lets clients and proxies keep the answer, and has them ask each time whether it holds.
 */
export function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, etag }: TaggedJson,
): FastifyReply {
  reply.header('etag', etag).header('cache-control', 'no-cache');
  if (isNamedIn(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(bytes);
}

/** Serialises the body once, and sends it with its ETag. */
export function sendWithEtag(
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
): FastifyReply {
  return sendTagged(request, reply, tagJson(body));
}

/** Weak comparison, as If-None-Match asks for: a proxy that compressed the answer marks its tag `W/`. */
function isNamedIn(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.match(/"[^"]*"/g)?.includes(etag) ?? false;
}
