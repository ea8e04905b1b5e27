import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** 32 bytes in base64url. */
const SECRET_TOKEN = /^[\w-]{43}$/;

/** A token that nobody can guess: whoever has it may do what it stands for. */
export function newSecretToken(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Whether a text can be such a token at all; not whether anyone ever made it. */
export function isSecretToken(text: string | undefined): text is string {
  return text !== undefined && SECRET_TOKEN.test(text);
}

/**
 * The 32 bytes that are stored instead of the token. One round of SHA-256 is enough: the token is
 * random already, nobody can guess towards it.
 */
export function hashOfSecret(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
