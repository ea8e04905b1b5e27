import { describe, expect, it } from 'vitest';
import {
  hashPassword,
  NOBODYS_HASH,
  passwordMatches,
} from '../../../src/modules/user/accounts/passwords.ts';

const parametersOf = (hash: string) => hash.split('$').slice(0, 4);

describe('passwords', () => {
  it('are known again', async () => {
    const account = { passwordHash: await hashPassword('correct horse') };
    expect(await passwordMatches(account, 'correct horse')).toBe(true);
    expect(await passwordMatches(account, 'correct horse ')).toBe(false);
  });

  it('have a salt of their own', async () => {
    expect(await hashPassword('correct horse')).not.toBe(await hashPassword('correct horse'));
  });

  it('are all read to their end, past the 72 bytes where other hashes stop', async () => {
    const long = '가'.repeat(200);
    const account = { passwordHash: await hashPassword(long) };
    expect(await passwordMatches(account, long.slice(1))).toBe(false);
    expect(await passwordMatches(account, `${long.slice(1)}나`)).toBe(false);
  });

  it('match no account that is not there', async () => {
    expect(await passwordMatches(undefined, 'correct horse')).toBe(false);
  });

  it('cost as much to compare for an unknown login id as for a known one', async () => {
    const parameters = ['', 'argon2id', 'v=19', 'm=19456,t=2,p=1'];
    expect(parametersOf(await hashPassword('correct horse'))).toEqual(parameters);
    expect(parametersOf(NOBODYS_HASH)).toEqual(parameters);
  });
});
