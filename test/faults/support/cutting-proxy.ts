import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { StatementReader } from './statement-reader.ts';

/**
 * How a connection is cut at a statement: before the server gets it, after the server has done it
 * and before the driver knows, or just when it is sent, so that nobody can tell.
 */
export const CUTS = ['lost', 'committed', 'racing'] as const;
export type Cut = (typeof CUTS)[number];

/**
 * @param statement that a client is sending
 * @param earlier statements of the same transaction
 */
export type ChooseCut = (statement: string, earlier: readonly string[]) => Cut | undefined;

const LOOPBACK = '127.0.0.1';
const MYSQL_PORT = 3306;

/**
 * Stands between the driver and the server, on a Unix socket or a port of its own as the server does,
 * and cuts connections where it is told to. The driver meets its real errors.
 */
export class CuttingProxy {
  readonly #databaseUrl: URL;
  readonly #choose: ChooseCut;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #isOut = false;

  private constructor(databaseUrl: string, choose: ChooseCut) {
    this.#databaseUrl = new URL(databaseUrl);
    this.#choose = choose;
    this.#server = createServer((client) => this.#connect(client));
  }

  /** @param path of the new socket, if it is to be one; short, as the kernel takes about a hundred bytes */
  static async start(databaseUrl: string, path: string, choose: ChooseCut): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(databaseUrl, choose);
    const place = proxy.#socketPath === null ? { port: 0, host: LOOPBACK } : { path };
    await new Promise<void>((resolve) => proxy.#server.listen(place, resolve));
    return proxy;
  }

  /** Like the server's address, but leads here. */
  get url(): string {
    const url = new URL(this.#databaseUrl);
    const address = this.#server.address();
    if (address === null) throw new Error('the proxy is not listening');
    if (typeof address === 'string') {
      url.searchParams.set('socketPath', address);
    } else {
      url.hostname = LOOPBACK;
      url.port = String(address.port);
    }
    return url.toString();
  }

  get #socketPath(): string | null {
    return this.#databaseUrl.searchParams.get('socketPath');
  }

  /** From now on the server seems to be away: nobody is connected, and nobody gets a connection. */
  beginOutage(): void {
    this.#isOut = true;
    for (const socket of this.#open) socket.destroy();
  }

  endOutage(): void {
    this.#isOut = false;
  }

  async stop(): Promise<void> {
    // Closing removes the socket, too.
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.beginOutage();
    await closed;
  }

  #connect(client: Socket): void {
    if (this.#isOut) {
      client.destroy();
      return;
    }
    const server = this.#callServer();
    const reader = new StatementReader();
    let cutsAtAnswer = false;
    const cut = () => {
      for (const socket of [client, server]) {
        this.#open.delete(socket);
        socket.destroy();
      }
    };
    client.on('data', (chunk: Buffer) => {
      const how = reader
        .read(chunk)
        .map(({ statement, earlier }) => this.#choose(statement, earlier))
        .find((chosen) => chosen !== undefined);
      if (how === 'lost') {
        cut();
        return;
      }
      cutsAtAnswer = how === 'committed';
      server.write(chunk, how === 'racing' ? cut : undefined);
    });
    server.on('data', (chunk: Buffer) => {
      if (cutsAtAnswer) {
        cut();
        return;
      }
      client.write(chunk);
    });
    for (const socket of [client, server]) {
      this.#open.add(socket);
      // An error was asked for; the other side learns of it by the close.
      socket.on('error', cut);
      socket.on('close', cut);
    }
  }

  #callServer(): Socket {
    const { hostname, port } = this.#databaseUrl;
    const path = this.#socketPath;
    return path === null
      ? createConnection({ host: hostname, port: Number(port || MYSQL_PORT), noDelay: true })
      : createConnection(path);
  }
}
