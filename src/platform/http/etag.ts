import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a reply of its route sends with 200, as the route's response schema has it. */
type ReplyOf<Body> = Pick<FastifyReply, 'header' | 'type' | 'serializeInput'> & {
  code(status: 200): { send(payload: Body): unknown };
};

declare const BODY: unique symbol;

/** A finished JSON answer: its bytes, and the strong ETag made of them. It may be kept and sent again. */
export type TaggedJson<Body> = {
  readonly bytes: Buffer;
  readonly etag: string;
  /** What it was made of; for the compiler alone. */
  readonly [BODY]?: Body;
};

/** Serialises a body by the route's response schema: what that does not know is left out. */
export function tagJson<Body>(reply: ReplyOf<Body>, body: NoInfer<Body>): TaggedJson<Body> {
  const bytes = Buffer.from(reply.serializeInput(body as Record<string, unknown>, '200') as string);
  return { bytes, etag: `"${createHash('sha1').update(bytes).digest('base64url')}"` };
}

/**
 * Answers 200 with the JSON, or 304 when If-None-Match says that the client has it already. The bytes
 * go out as they are: what is sent is what the ETag was made of.
 * `no-cache` lets clients and proxies keep the answer, and has them ask each time whether it holds.
 */
export function sendTagged<Body>(
  request: FastifyRequest,
  to: ReplyOf<Body>,
  { bytes, etag }: TaggedJson<NoInfer<Body>>,
): FastifyReply {
  // The route's types know bodies, and neither bytes nor 304.
  const reply = to as unknown as FastifyReply;
  reply.header('etag', etag).header('cache-control', 'no-cache');
  if (isNamedIn(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(bytes);
}

/** Serialises the body once, and sends it with its ETag. */
export function sendWithEtag<Body>(
  request: FastifyRequest,
  reply: ReplyOf<Body>,
  body: NoInfer<Body>,
): FastifyReply {
  return sendTagged<Body>(request, reply, tagJson<Body>(reply, body));
}

/** Weak comparison, as If-None-Match asks for: a proxy that compressed the answer marks its tag `W/`. */
function isNamedIn(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.match(/"[^"]*"/g)?.includes(etag) ?? false;
}
