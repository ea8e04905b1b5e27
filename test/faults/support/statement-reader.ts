/** Commands of the client protocol, by their first byte. */
const QUERY = 0x03;
const PREPARE = 0x16;
const EXECUTE = 0x17;
/** After these a connection's next statement begins another transaction. */
const ENDED = new Set(['COMMIT', 'ROLLBACK']);
const HEADER_BYTES = 4;
/** A packet's number in its exchange: commands begin one. */
const SEQUENCE_AT = 3;

/**
 * Reads along a connection between driver and server, and tells which statements are sent. Knows just
 * enough of the protocol: the driver sends one command at a time, and its beginning in one piece.
 */
export class StatementReader {
  readonly #prepared = new Map<number, string>();
  #preparing: string | undefined;
  #statements: string[] = [];

  /** Statements of the open transaction before the present one. */
  get earlier(): readonly string[] {
    return this.#statements.slice(0, -1);
  }

  /** @returns the statement that is run by what was sent, if any is */
  fromClient(chunk: Buffer): string | undefined {
    if (chunk.length <= HEADER_BYTES || chunk[SEQUENCE_AT] !== 0) return undefined;
    const command = chunk[HEADER_BYTES];
    const rest = chunk.subarray(HEADER_BYTES + 1);
    if (command === PREPARE) this.#preparing = rest.toString();
    if (command === QUERY) return this.#note(rest.toString());
    if (command === EXECUTE) return this.#note(this.#prepared.get(rest.readUInt32LE(0)) ?? '');
    return undefined;
  }

  fromServer(chunk: Buffer): void {
    if (this.#preparing === undefined) return;
    // The answer to PREPARE: header, 0 for success, the statement's number.
    if (chunk[HEADER_BYTES] === 0) {
      this.#prepared.set(chunk.readUInt32LE(HEADER_BYTES + 1), this.#preparing);
    }
    this.#preparing = undefined;
  }

  #note(statement: string): string {
    if (ENDED.has(this.#statements.at(-1) ?? '')) this.#statements = [];
    this.#statements.push(statement);
    return statement;
  }
}
