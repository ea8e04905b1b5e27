import { describe, expect, it } from 'vitest';
import {
  faultOfColumn,
  faultsOfServer,
  type ServerFacts,
} from '../../../src/platform/database/server-fitness.rules.ts';

const FIT: ServerFacts = {
  version: '8.4.3',
  characterSet: 'utf8mb4',
  maxAllowedPacketBytes: 16_777_216,
  maxPreparedStatements: 8192,
};
const faultsOf = (facts: Partial<ServerFacts>) =>
  faultsOfServer({ ...FIT, ...facts }, { preparedStatements: 8192 });

describe('a database server', () => {
  it.each([
    '8.0.30',
    '8.4.3',
    '9.7.0-1debian',
    '10.6.4-MariaDB',
    '10.11.6-MariaDB-0+deb12u1',
    '11.8.1-MariaDB',
  ])('of version %s is new enough', (version) => expect(faultsOf({ version })).toEqual([]));

  it.each([
    ['5.7.44', 'MySQL 5.7.44'],
    ['8.0.29', 'MySQL 8.0.29'],
    ['10.5.23-MariaDB', 'MariaDB 10.5.23'],
  ])('of version %s is too old, and is told so', (version, name) => {
    expect(faultsOf({ version })).toEqual([expect.stringContaining(name)]);
  });

  it.each(['latin1', 'utf8mb3', 'utf8', 'ucs2'])(
    'whose database stores %s is refused',
    (characterSet) => {
      expect(faultsOf({ characterSet })).toEqual([expect.stringContaining(characterSet)]);
    },
  );

  it('takes packets of 16 MB or more', () => {
    expect(faultsOf({ maxAllowedPacketBytes: 16_777_215 })).toEqual([
      expect.stringContaining('max_allowed_packet'),
    ]);
  });

  it("keeps every statement of the pools' connections", () => {
    expect(faultsOf({ maxPreparedStatements: 8191 })).toEqual([
      expect.stringContaining('max_prepared_stmt_count is 8191'),
    ]);
  });

  it('has each of its faults named', () => {
    const faults = faultsOf({ version: '5.5.5', characterSet: 'latin1', maxAllowedPacketBytes: 1 });
    expect(faults).toHaveLength(3);
  });
});

it('a column that compares in another way is named, and what it should have', () => {
  expect(
    faultOfColumn({ table: 'user_members', column: 'login_id', collation: 'utf8mb4_0900_ai_ci' }),
  ).toMatch(/^user_members\.login_id .*utf8mb4_0900_ai_ci.* utf8mb4_unicode_ci, utf8mb4_bin/);
});
