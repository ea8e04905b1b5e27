import { describe, expect, it } from 'vitest';
import { StatementReader } from './support/statement-reader.ts';

const QUERY = 0x03;
const PREPARE = 0x16;
const EXECUTE = 0x17;

function packet(command: number, rest: Buffer, sequence = 0): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(rest.length + 1, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, Buffer.from([command]), rest]);
}
const query = (sql: string) => packet(QUERY, Buffer.from(sql));
const prepare = (sql: string) => packet(PREPARE, Buffer.from(sql));
function execute(number: number): Buffer {
  const rest = Buffer.alloc(9);
  rest.writeUInt32LE(number, 0);
  return packet(EXECUTE, rest);
}
const statementsOf = (reader: StatementReader, piece: Buffer) =>
  reader.read(piece).map(({ statement }) => statement);

describe('the reader of what a driver sends', () => {
  it('knows queries, with and without the mark of MySQL for no attributes', () => {
    const marked = packet(QUERY, Buffer.concat([Buffer.from([0, 1]), Buffer.from('COMMIT')]));
    const reader = new StatementReader();
    expect(statementsOf(reader, query('COMMIT'))).toEqual(['COMMIT']);
    expect(statementsOf(reader, marked)).toEqual(['COMMIT']);
  });

  it('knows prepared statements by the numbers of the server, several in one piece', () => {
    const reader = new StatementReader();
    const piece = Buffer.concat([
      prepare('ONE'),
      prepare('TWO'),
      execute(3),
      execute(5),
      execute(3),
    ]);
    expect(statementsOf(reader, piece)).toEqual(['ONE', 'TWO', 'ONE']);
    expect(() => reader.read(execute(6))).toThrow('6');
  });

  it('puts pieces together, cut anywhere', () => {
    const whole = Buffer.concat([prepare('ONE'), execute(1), query('COMMIT')]);
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const reader = new StatementReader();
      const statements = [whole.subarray(0, cut), whole.subarray(cut)].flatMap((piece) =>
        statementsOf(reader, piece),
      );
      expect(statements).toEqual(['ONE', 'COMMIT']);
    }
  });

  it('tells what went before in the same transaction', () => {
    const reader = new StatementReader();
    const pieces = ['ONE', 'TWO', 'COMMIT', 'THREE', 'ROLLBACK', 'FOUR'].map(query);
    expect(reader.read(Buffer.concat(pieces)).map(({ earlier }) => earlier)).toEqual([
      [],
      ['ONE'],
      ['ONE', 'TWO'],
      [],
      ['THREE'],
      [],
    ]);
  });

  it('passes over the login, whose packets do not begin an exchange', () => {
    const login = packet(QUERY, Buffer.from('not a statement'), 1);
    expect(new StatementReader().read(login)).toEqual([]);
  });
});
