import { Type } from 'typebox';
import { memberIdOf, membersOnly } from '../../../platform/auth/access-token.ts';
import { closedObject, krwSchema } from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import { orderParams, OrderSchema } from '../order.schemas.ts';
import { refused } from '../order.errors.ts';
import type { ShowOrders } from '../reading/show-orders.ts';
import type { ConfirmPayment } from './confirm-payment.ts';
import type { HearWebhook } from './hear-webhook.ts';

const ConfirmationSchema = closedObject(
  {
    paymentKey: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "Toss' key of the payment",
        examples: ['tgen_20261120120000ABcd1'],
      }),
    ),
    amount: Type.Optional(krwSchema({ description: 'What the shopper approved, with Toss' })),
    pgToken: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "Kakao Pay's pg_token",
        examples: ['b9d5a8f0c1e24b6a8d73'],
      }),
    ),
  },
  {
    description: 'What the provider sent the shopper back with',
    minProperties: 1,
    examples: [{ paymentKey: 'tgen_20261120120000ABcd1', amount: 15000 }],
  },
);

/** Webhooks are the providers' own: what else they carry is none of our business. */
const anything = { additionalProperties: true };

const providerKey = (example: string) =>
  Type.Optional(Type.String({ maxLength: 200, examples: [example] }));

const TossWebhookSchema = Type.Object(
  {
    eventType: Type.Optional(Type.String({ examples: ['PAYMENT_STATUS_CHANGED'] })),
    data: Type.Optional(
      Type.Object({ paymentKey: providerKey('tgen_20261120120000ABcd1') }, anything),
    ),
  },
  anything,
);

const KakaopayWebhookSchema = Type.Object({ tid: providerKey('T1234567890123456789') }, anything);

const HeardSchema = Type.Object({});

export function paymentRoutes(use: {
  confirmPayment: ConfirmPayment;
  hearWebhook: HearWebhook;
  showOrders: ShowOrders;
}): Routes {
  return (scope) => {
    scope.post(
      '/orders/:orderId/payments/confirm',
      {
        onRequest: membersOnly,
        config: { resource: '/api/v1/orders/:orderId' },
        schema: {
          summary: 'Confirm the payment of one of my orders',
          description:
            '200 when it is paid; 202 while the provider does not say, follow the order then. ' +
            'Sent again, it shows what became of it. Errors: payment_declined, payment_timeout, ' +
            'payment_amount_mismatch, payment_not_expected, payment_in_progress, ' +
            'payment_not_prepared, payment_already_used.',
          tags: ['orders'],
          params: orderParams,
          body: ConfirmationSchema,
          response: { 200: OrderSchema, 202: OrderSchema },
        },
      },
      async (request, reply) => {
        const { orderId } = request.params;
        const memberId = memberIdOf(request);
        await use.confirmPayment(orderId, memberId, request.body);
        const order = await use.showOrders.one(orderId, memberId);
        if (order.failureCode) {
          throw refused(order.failureCode, orderId, order);
        }
        return reply.code(order.state === 'confirming' ? 202 : 200).send(order);
      },
    );

    scope.post(
      '/webhooks/toss',
      {
        schema: {
          summary: "Toss Payments' webhook",
          description: 'A hint only: the payment is fetched again from the provider.',
          tags: ['webhooks'],
          body: TossWebhookSchema,
          response: { 200: HeardSchema },
        },
      },
      async (request) => {
        await use.hearWebhook('toss', request.body.data?.paymentKey);
        return {};
      },
    );

    scope.post(
      '/webhooks/kakaopay',
      {
        schema: {
          summary: "Kakao Pay's webhook",
          description: 'A hint only: the payment is fetched again from the provider.',
          tags: ['webhooks'],
          body: KakaopayWebhookSchema,
          response: { 200: HeardSchema },
        },
      },
      async (request) => {
        await use.hearWebhook('kakaopay', request.body.tid);
        return {};
      },
    );
  };
}
