import {
  defineProblem,
  notFound,
  unauthenticated,
  type Problem,
} from '../../platform/errors/problem.ts';

export const loginIdTaken = defineProblem(
  'conflict',
  'login_id_taken',
  'Someone else has this login id',
);

/** The same words for an unknown login id and a wrong password: neither tells who has an account. */
export const wrongCredentials = (): Problem =>
  unauthenticated('The login id or the password is wrong');

/** Unknown, expired and spent tokens look the same from outside. */
export const invalidRefreshToken = (): Problem =>
  unauthenticated('This refresh token is not valid; log in again');

export const balanceTooHigh = defineProblem(
  'conflict',
  'balance_too_high',
  'The member would have more than a balance may be',
);

export const noSuchMember = (): Problem => notFound('There is no such member');
