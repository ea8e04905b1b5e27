import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Drops connections on which nothing was ever asked when the server closes. Browsers open some in
 * advance; to Node they are not idle, and closing would wait for them.
 */
export function dropSilentConnections(instance: FastifyInstance): void {
  const silent = new Set<Socket>();
  instance.server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  instance.server.on('request', ({ socket }) => silent.delete(socket));
  instance.addHook('preClose', async () => silent.forEach((socket) => socket.destroy()));
}
