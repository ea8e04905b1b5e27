import { Type } from 'typebox';
import { memberIdOf, membersOnly } from '../../../platform/auth/access-token.ts';
import {
  closedObject,
  idempotencyKeyHeader,
  idSchema,
  krwSchema,
  listOf,
  listQuery,
  momentSchema,
  nullable,
} from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import type { GrantWallet } from './grant-wallet.ts';
import { answerGrant, grantFields } from './grants.routes.ts';
import type { ListWalletEntries } from './list-wallet-entries.ts';
import type { ShowWallet } from './show-wallet.ts';

export const WalletSchema = Type.Object({
  balanceAmount: krwSchema({ description: 'What can be spent now, in KRW' }),
  paidAmount: krwSchema({ description: 'The part that the member paid in' }),
  freeAmount: krwSchema({ description: 'The part that the shop gave; spent first' }),
});

const differenceSchema = () =>
  Type.Integer({ description: 'In KRW; below zero for a payment', examples: [-12_000] });

const WalletEntrySchema = Type.Object({
  id: idSchema(),
  kind: Type.Enum(['grant', 'payment', 'refund']),
  paidAmount: differenceSchema(),
  freeAmount: differenceSchema(),
  orderId: nullable(idSchema('The order that was paid or refunded')),
  reason: nullable(Type.String({ description: 'Why it was granted' })),
  createdAt: momentSchema(),
});

const GrantSchema = closedObject(grantFields, { description: 'Free pay money' });

export function walletRoutes(use: {
  showWallet: ShowWallet;
  listWalletEntries: ListWalletEntries;
}): Routes {
  return (scope) => {
    scope.get(
      '/me/wallet',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'My pay money',
          description: 'Without what is set aside for orders that are not paid yet.',
          tags: ['me'],
          response: { 200: WalletSchema },
        },
      },
      (request) => use.showWallet(memberIdOf(request)),
    );

    scope.get(
      '/me/wallet/entries',
      {
        onRequest: membersOnly,
        schema: {
          summary: 'What changed my pay money, newest first',
          tags: ['me'],
          querystring: closedObject(listQuery),
          response: { 200: listOf(WalletEntrySchema) },
        },
      },
      (request) => use.listWalletEntries(memberIdOf(request), request.query),
    );
  };
}

export function walletAdminRoutes(use: { grantWallet: GrantWallet }): Routes {
  return (scope) => {
    scope.post(
      '/members/:memberId/wallet-grants',
      {
        config: { permission: 'member.grant', resource: '/api/v1/admin/members/:memberId' },
        schema: {
          summary: 'Give a member free pay money',
          description: 'Honours Idempotency-Key. Errors: balance_too_high, idempotency_key_reused.',
          tags: ['admin: members'],
          headers: idempotencyKeyHeader,
          params: closedObject({ memberId: idSchema() }),
          body: GrantSchema,
          response: { 201: WalletEntrySchema },
        },
      },
      (request, reply) =>
        answerGrant(request, reply, {
          route: 'grant-wallet',
          grant: { memberId: request.params.memberId, ...request.body },
          make: use.grantWallet,
        }),
    );
  };
}
