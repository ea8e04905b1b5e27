import { Type } from 'typebox';
import { closedObject } from '../../../platform/http/schemas.ts';
import { authRateLimit, type Routes } from '../../../platform/http/shop-server.ts';
import type { LogIn } from './log-in.ts';
import type { LogOut } from './log-out.ts';
import type { RefreshSession } from './refresh-session.ts';

/** What every answer that begins or continues a session carries. */
export const sessionTokenFields = {
  accessToken: Type.String({ description: 'For the Authorization header: Bearer …' }),
  refreshToken: Type.String({ description: 'Works once, within 30 days' }),
  expiresInSeconds: Type.Integer({ description: 'Life of the access token', examples: [900] }),
};

/** What a request that begins a member's session may bring along. */
export const cartTokenHeader = Type.Object({
  'x-cart-token': Type.Optional(
    Type.String({ description: "Of a guest's cart, whose items are added to the member's own" }),
  ),
});

const SessionTokensSchema = Type.Object(sessionTokenFields);

// No pattern: what cannot be a login id or a password is a wrong one, not a malformed request.
const CredentialsSchema = closedObject({
  loginId: Type.String({ minLength: 1, maxLength: 200, examples: ['minji'] }),
  password: Type.String({ minLength: 1, maxLength: 200, examples: ['correct horse battery'] }),
});

const RefreshTokenSchema = closedObject({
  refreshToken: Type.String({ minLength: 1, maxLength: 200, examples: ['q7r5…'] }),
});

const LOGIN_DESCRIPTION =
  'An unknown login id and a wrong password get the same answer: 401 unauthenticated.';

export function sessionRoutes(use: {
  logInMember: LogIn;
  refreshSession: RefreshSession;
  logOut: LogOut;
}): Routes {
  return (scope) => {
    scope.post(
      '/auth/login',
      {
        config: { rateLimit: authRateLimit },
        schema: {
          summary: 'Log in',
          description: LOGIN_DESCRIPTION,
          tags: ['auth'],
          headers: cartTokenHeader,
          body: CredentialsSchema,
          response: { 200: SessionTokensSchema },
        },
      },
      (request) => use.logInMember(request.body, request.headers['x-cart-token']),
    );

    scope.post(
      '/auth/refresh',
      {
        config: { rateLimit: authRateLimit },
        schema: {
          summary: 'Trade a refresh token for new tokens',
          description:
            'Members and admins alike. A token that is sent a second time ends the whole session: ' +
            'send it once at a time.',
          tags: ['auth'],
          body: RefreshTokenSchema,
          response: { 200: SessionTokensSchema },
        },
      },
      (request) => use.refreshSession(request.body.refreshToken),
    );

    scope.post(
      '/auth/logout',
      {
        config: { rateLimit: authRateLimit },
        schema: {
          summary: 'End the session of a refresh token',
          description: 'An access token that is out already stays valid for its 15 minutes.',
          tags: ['auth'],
          body: RefreshTokenSchema,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await use.logOut(request.body.refreshToken);
        return reply.code(204).send(null);
      },
    );
  };
}

export function sessionAdminRoutes(use: { logInAdmin: LogIn }): Routes {
  return (scope) => {
    scope.post(
      '/auth/login',
      {
        config: { permission: 'public', rateLimit: authRateLimit },
        schema: {
          summary: 'Log in as an admin',
          description: LOGIN_DESCRIPTION,
          tags: ['admin: auth'],
          body: CredentialsSchema,
          response: { 200: SessionTokensSchema },
        },
      },
      (request) => use.logInAdmin(request.body),
    );
  };
}
