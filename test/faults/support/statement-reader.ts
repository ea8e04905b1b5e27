/** Commands of the client protocol, by their first byte. */
const QUERY = 0x03;
const PREPARE = 0x16;
const EXECUTE = 0x17;
/** After these a connection's next statement begins another transaction. */
const ENDED = new Set(['COMMIT', 'ROLLBACK']);
/** Of a packet: its length in three bytes, and its number in its exchange. */
const HEADER_BYTES = 4;
const SEQUENCE_AT = 3;
/** MySQL's queries may carry attributes. That there are none is said before the text: 0, in 1 set. */
const NO_ATTRIBUTES = Buffer.from([0, 1]);

/** A statement that a client sends, and those of the same transaction before it. */
export type SentStatement = { statement: string; earlier: readonly string[] };

/**
 * Reads what a driver sends to a server, in pieces of any size, and tells which statements are run.
 * Several may be on their way at once (decision 13).
 */
export class StatementReader {
  /** By the numbers that the server gave them. */
  readonly #prepared = new Map<number, string>();
  /** Prepared, and not run yet. */
  readonly #fresh: string[] = [];
  #transaction: string[] = [];
  /** The beginning of a packet whose end is still to come. */
  #pending: Buffer = Buffer.alloc(0);

  /** @returns the statements that are complete with this piece, in order */
  read(piece: Buffer): SentStatement[] {
    const sent: SentStatement[] = [];
    let left = this.#pending.length === 0 ? piece : Buffer.concat([this.#pending, piece]);
    while (left.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + left.readUIntLE(0, 3);
      if (left.length < end) break;
      // Commands begin an exchange; a packet with another number belongs to the login.
      if (left[SEQUENCE_AT] === 0) sent.push(...this.#take(left.subarray(HEADER_BYTES, end)));
      left = left.subarray(end);
    }
    this.#pending = left;
    return sent;
  }

  #take(command: Buffer): SentStatement[] {
    const rest = command.subarray(1);
    const kind = command[0];
    if (kind === PREPARE) this.#fresh.push(rest.toString());
    if (kind === QUERY) return [this.#note(textOf(rest))];
    if (kind === EXECUTE) return [this.#note(this.#preparedAs(rest.readUInt32LE(0)))];
    return [];
  }

  /**
   * Numbers are the server's choice. The driver runs each statement once it is prepared, in order, so a
   * number that is new belongs to the first statement that has none.
   */
  #preparedAs(number: number): string {
    const statement = this.#prepared.get(number) ?? this.#fresh.shift();
    if (statement === undefined) throw new Error(`nobody has prepared the statement ${number}`);
    this.#prepared.set(number, statement);
    return statement;
  }

  #note(statement: string): SentStatement {
    if (ENDED.has(this.#transaction.at(-1) ?? '')) this.#transaction = [];
    const earlier = [...this.#transaction];
    this.#transaction.push(statement);
    return { statement, earlier };
  }
}

function textOf(query: Buffer): string {
  const hasMark = query.subarray(0, NO_ATTRIBUTES.length).equals(NO_ATTRIBUTES);
  return query.subarray(hasMark ? NO_ATTRIBUTES.length : 0).toString();
}
