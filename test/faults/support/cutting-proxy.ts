import { rm } from 'node:fs/promises';
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

/**
 * Stands between the driver and the server on a Unix socket of its own, and cuts connections where
 * it is told to. The driver meets its real errors.
 */
export class CuttingProxy {
  /** Like the server's address, but leads here. */
  readonly url: string;
  readonly #path: string;
  readonly #targetPath: string;
  readonly #choose: ChooseCut;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #isOut = false;

  private constructor(databaseUrl: string, path: string, choose: ChooseCut) {
    const url = new URL(databaseUrl);
    const targetPath = url.searchParams.get('socketPath');
    if (targetPath === null) throw new Error('the proxy needs a server on a Unix socket');
    url.searchParams.set('socketPath', path);
    this.url = url.toString();
    this.#path = path;
    this.#targetPath = targetPath;
    this.#choose = choose;
    this.#server = createServer((client) => this.#connect(client));
  }

  /** @param path of the new socket; short, as the kernel takes about a hundred bytes */
  static async start(databaseUrl: string, path: string, choose: ChooseCut): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(databaseUrl, path, choose);
    await new Promise<void>((resolve) => proxy.#server.listen(path, resolve));
    return proxy;
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
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.beginOutage();
    await closed;
    await rm(this.#path, { force: true });
  }

  #connect(client: Socket): void {
    if (this.#isOut) {
      client.destroy();
      return;
    }
    const server = createConnection(this.#targetPath);
    const reader = new StatementReader();
    let cutsAtAnswer = false;
    const cut = () => {
      for (const socket of [client, server]) {
        this.#open.delete(socket);
        socket.destroy();
      }
    };
    client.on('data', (chunk: Buffer) => {
      const statement = reader.fromClient(chunk);
      const how = statement === undefined ? undefined : this.#choose(statement, reader.earlier);
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
      reader.fromServer(chunk);
      client.write(chunk);
    });
    for (const socket of [client, server]) {
      this.#open.add(socket);
      // An error was asked for; the other side learns of it by the close.
      socket.on('error', cut);
      socket.on('close', cut);
    }
  }
}
