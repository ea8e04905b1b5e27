import { Type } from 'typebox';
import { memberIdOf, membersOnly } from '../../../platform/auth/access-token.ts';
import {
  closedObject,
  idSchema,
  listOf,
  listQuery,
  momentSchema,
} from '../../../platform/http/schemas.ts';
import { authRateLimit, type Routes } from '../../../platform/http/shop-server.ts';
import { ID_PATTERN } from '../../../platform/ids/id.ts';
import { PointsSchema } from '../points/points.routes.ts';
import type { ShowPoints } from '../points/show-points.ts';
import { cartTokenHeader, sessionTokenFields } from '../sessions/sessions.routes.ts';
import { WalletSchema } from '../wallet/wallet.routes.ts';
import type { ShowWallet } from '../wallet/show-wallet.ts';
import type { ListMembers } from './list-members.ts';
import type { RegisterMember } from './register-member.ts';
import type { ShowMember } from './show-member.ts';

const nameField = { name: Type.String({ minLength: 1, maxLength: 50, examples: ['김민지'] }) };

const RegistrationSchema = closedObject({
  loginId: Type.String({
    pattern: '^[a-z0-9_.-]{4,50}$',
    description: '4 to 50 of: small letters, digits, _ . -',
    examples: ['minji'],
  }),
  password: Type.String({ minLength: 8, maxLength: 200, examples: ['correct horse battery'] }),
  ...nameField,
  email: Type.String({ format: 'email', maxLength: 254, examples: ['minji@example.com'] }),
  phone: Type.String({ pattern: '^\\+?[0-9][0-9 -]{6,18}$', examples: ['010-1234-5678'] }),
});

const whoFields = { id: idSchema(), loginId: Type.String(), name: Type.String() };

const RegisteredSchema = Type.Object({ member: Type.Object(whoFields), ...sessionTokenFields });

const memberFields = {
  ...whoFields,
  email: Type.String(),
  phone: Type.String(),
  createdAt: momentSchema(),
};

const MemberSchema = Type.Object(memberFields);
const MemberItemSchema = Type.Object({ ...whoFields, createdAt: momentSchema() });
const MemberWithFundsSchema = Type.Object({
  ...memberFields,
  wallet: WalletSchema,
  points: PointsSchema,
});

const ID = ID_PATTERN.slice(1, -1);
const idsQuery = Type.Optional(
  Type.String({
    pattern: `^${ID}(,${ID}){0,99}$`,
    description: 'Only these members: up to 100 ids, with commas between them',
  }),
);

export function accountRoutes(use: {
  registerMember: RegisterMember;
  showMember: ShowMember;
}): Routes {
  return (scope) => {
    scope.post(
      '/auth/register',
      {
        config: { rateLimit: authRateLimit },
        schema: {
          summary: 'Open an account, and log in',
          description: 'Errors: login_id_taken.',
          tags: ['auth'],
          headers: cartTokenHeader,
          body: RegistrationSchema,
          response: { 201: RegisteredSchema },
        },
      },
      async (request, reply) => {
        const cartToken = request.headers['x-cart-token'];
        return reply.code(201).send(await use.registerMember(request.body, cartToken));
      },
    );

    scope.get(
      '/me',
      {
        onRequest: membersOnly,
        schema: { summary: 'My account', tags: ['me'], response: { 200: MemberSchema } },
      },
      (request) => use.showMember(memberIdOf(request)),
    );
  };
}

export function accountAdminRoutes(use: {
  listMembers: ListMembers;
  showMember: ShowMember;
  showWallet: ShowWallet;
  showPoints: ShowPoints;
}): Routes {
  return (scope) => {
    scope.get(
      '/members',
      {
        config: { permission: 'member.read' },
        schema: {
          summary: 'Members, newest first',
          tags: ['admin: members'],
          querystring: closedObject({ ...listQuery, ids: idsQuery }),
          response: { 200: listOf(MemberItemSchema) },
        },
      },
      (request) => use.listMembers(request.query, request.query.ids?.split(',')),
    );

    scope.get(
      '/members/:memberId',
      {
        config: { permission: 'member.read' },
        schema: {
          summary: 'A member with wallet and points',
          tags: ['admin: members'],
          params: closedObject({ memberId: idSchema() }),
          response: { 200: MemberWithFundsSchema },
        },
      },
      async (request) => {
        const { memberId } = request.params;
        const member = await use.showMember(memberId);
        const wallet = await use.showWallet(memberId);
        return { ...member, wallet, points: await use.showPoints(memberId) };
      },
    );
  };
}
