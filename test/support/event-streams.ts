import { once } from 'node:events';
import { Agent, get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export type StreamEvent = { event: string; data: unknown };

/** A stream of Server-Sent Events, from its client's side. */
export type OpenStream = {
  status: number;
  headers: IncomingHttpHeaders;
  /** The next event; undefined when the stream has ended. Rejects when it was cut. */
  next: () => Promise<StreamEvent | undefined>;
  /** Goes without waiting for the end. */
  leave: () => void;
};

/** Opens a stream on a connection of its own; one that fetch drops is replaced, and keeps servers up. */
export async function openStream(
  url: string,
  headers: Record<string, string> = {},
): Promise<OpenStream> {
  const agent = new Agent({ keepAlive: true });
  const request = get(url, { agent, headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks = response.setEncoding('utf8')[Symbol.asyncIterator]();
  let text = '';

  async function next(): Promise<StreamEvent | undefined> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        // A comment only shows that the connection lives.
        if (!block.startsWith(':')) return eventOf(block);
      } else {
        const chunk = await chunks.next();
        if (chunk.done) return undefined;
        text += String(chunk.value);
      }
    }
  }

  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next,
    leave: () => {
      request.destroy();
      agent.destroy();
    },
  };
}

function eventOf(block: string): StreamEvent {
  const [, event, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
  if (event === undefined || data === undefined) throw new Error(`no event: ${block}`);
  return { event, data: JSON.parse(data) as unknown };
}
