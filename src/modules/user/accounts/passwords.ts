import { hash, verify } from '@node-rs/argon2';

/** OWASP's parameters of argon2id: about 20 ms and 19 MiB for each password. */
const PARAMETERS = {
  /** Argon2id. The package declares its names as a const enum, which is not there at run time. */
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

/**
 * The hash of a password that nobody knows, made with the same parameters. An unknown login id is
 * compared with it, so that its answer takes as long as a wrong password's.
 */
export const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$N6MnVz3ynjjeCROdqYHNHQ$IE/H5Lq/WQnSsCv3szfn/T4ZOmgzu7hhWHKcJi1by9s';

/** The hash to store: the parameters and a salt of its own are part of the text. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}

/** Whether the password is the account's; false, after the same time, when there is no account. */
export async function passwordMatches(
  account: { passwordHash: string } | undefined,
  password: string,
): Promise<boolean> {
  const matches = await verify(account?.passwordHash ?? NOBODYS_HASH, password);
  return account !== undefined && matches;
}
