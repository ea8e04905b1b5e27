import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = {
  method: string;
  /** As sent, without the query. */
  path: string;
  headers: Record<string, string | undefined>;
  /** Undefined when there is none, or no JSON. */
  body: Record<string, unknown> | undefined;
};

/** A string goes out as it is, anything else as JSON. */
export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

export type Outcome = Answer | 'hang' | 'drop';

export type ProviderServer = { url: string; stop: () => Promise<void> };

/** A provider's HTTP server on a free port of this host. */
export async function startProviderServer(
  handle: (request: Received) => Promise<Outcome>,
): Promise<ProviderServer> {
  const server = createServer((request, response) => {
    respond(request, response, handle).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: Received) => Promise<Outcome>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const outcome = await handle({
    method: request.method ?? '',
    path: (request.url ?? '').split('?', 1)[0] ?? '',
    headers: request.headers as Record<string, string | undefined>,
    body: readBody(Buffer.concat(chunks).toString()),
  });
  if (outcome === 'hang') return;
  if (outcome === 'drop') {
    request.socket.destroy();
    return;
  }
  const { status, body, headers } = outcome;
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function readBody(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null
      ? (body as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
