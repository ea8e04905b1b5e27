import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Whether nobody is left to be answered. What fails then, for want of a body or an address, is no
 * fault. A connection that was reset has no address before it counts as destroyed.
 */
export function isClientGone({ raw }: FastifyRequest, reply: FastifyReply): boolean {
  const { socket } = raw;
  return socket.destroyed || socket.remoteAddress === undefined || reply.raw.destroyed;
}
