/**
 * Something that keeps the local stack from running and that a person can change. The message is
 * one line: what is wrong and what to do. Everything else that is thrown from this folder is a
 * mistake of ours.
 */
export class LocalStackError extends Error {
  override readonly name = 'LocalStackError';

  constructor(message: string, options?: ErrorOptions) {
    super(message.replaceAll(/\s*\n\s*/g, ' ').trim(), options);
  }
}

/**
 * The way out when this machine can't run the servers itself; ends every message about missing
 * servers.
 */
export const WITHOUT_LOCAL_STACK =
  'start them with `docker compose up`, or set DATABASE_URL and REDIS_URL to servers of your own';

/** True for errors of Node's file functions with one of these codes (ENOSPC, EACCES, …). */
export function isFileError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

/**
 * Turns an error of the file system below `folder` into a line for a person. Errors that nobody can
 * help by tidying up come back unchanged, so that their stack is not lost.
 */
export function explainFileError(error: unknown, folder: string): unknown {
  if (isFileError(error, 'ENOSPC', 'EDQUOT')) return noSpaceError(folder, error);
  if (isFileError(error, 'EACCES', 'EPERM', 'EROFS')) {
    return new LocalStackError(
      `no permission to write ${error.path ?? folder}: make it yours (chown), or choose another data folder`,
      { cause: error },
    );
  }
  if (isFileError(error, 'ENOTDIR', 'EEXIST')) {
    return new LocalStackError(
      `${error.path ?? folder} can't be used as a folder: move what is in the way, or choose another data folder`,
      { cause: error },
    );
  }
  return error;
}

/** The disk below `folder` is full. */
export function noSpaceError(folder: string, cause?: unknown): LocalStackError {
  return new LocalStackError(
    `no space left on the disk of ${folder}: make room there, or choose another data folder`,
    { cause },
  );
}
