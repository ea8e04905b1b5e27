import { Type } from 'typebox';
import {
  closedObject,
  idSchema,
  krwSchema,
  listOf,
  momentSchema,
  nullable,
} from '../../../platform/http/schemas.ts';
import { AddressSchema } from '../order.schemas.ts';

export const flashSaleParams = closedObject({ flashSaleId: idSchema() });
export const ticketParams = closedObject({ flashSaleId: idSchema(), ticketId: idSchema() });

const terms = {
  skuId: idSchema(),
  price: krwSchema({ minimum: 1, description: 'Of a unit, in KRW' }),
  quantity: Type.Integer({ minimum: 1, maximum: 1_000_000, examples: [100] }),
  opensAt: momentSchema('From when members may join'),
  closesAt: momentSchema('Until when members may join and the line moves'),
  paymentWindowSeconds: Type.Integer({
    minimum: 1,
    maximum: 86_400,
    description: 'How long the order of a ticket may wait for its payment',
    examples: [300],
  }),
};

export const NewFlashSaleSchema = closedObject({
  ...terms,
  lineLimit: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 10_000_000,
      description:
        'Tickets beyond the quantity that may wait in line; three times the quantity when not given',
      examples: [300],
    }),
  ),
});

const shown = {
  id: idSchema(),
  ...terms,
  quantity: Type.Integer({ description: 'Units of the sale' }),
  remainingCount: Type.Integer({ description: 'Units that nobody has bought or is about to buy' }),
};

export const FlashSaleSchema = Type.Object({
  ...shown,
  productId: idSchema(),
  name: Type.String(),
  options: Type.String(),
  thumbnailUrl: nullable(Type.String()),
  listPrice: krwSchema(),
  state: Type.Enum(['planned', 'open', 'sold_out', 'paused', 'ended']),
});

export const FlashSaleListSchema = listOf(FlashSaleSchema);

export const AdminFlashSaleSchema = Type.Object({
  ...shown,
  lineLimit: Type.Integer(),
  state: Type.Enum(['planned', 'opening', 'open', 'paused', 'closing', 'ending', 'ended']),
  issuedCount: Type.Integer({ description: 'Tickets so far' }),
  admittedCount: Type.Integer({ description: 'Tickets that were ever given an order' }),
  takenCount: Type.Integer({ description: 'Units of orders that are under way' }),
  soldCount: Type.Integer(),
  returnedCount: nullable(
    Type.Integer({ description: 'Units given back when it was over; null before' }),
  ),
  createdAt: momentSchema(),
});

export const AdminFlashSaleListSchema = listOf(AdminFlashSaleSchema);

export const JoinSchema = closedObject({
  paymentMethod: Type.Enum(['wallet', 'toss', 'kakaopay'], { examples: ['wallet'] }),
  address: AddressSchema,
});

const ticketState = () => Type.Enum(['queued', 'admitted', 'paid', 'failed', 'closed']);

export const JoinedSchema = Type.Object({
  ticketId: idSchema(),
  rank: Type.Integer({ description: 'The how-manieth ticket it is, from 1' }),
  state: ticketState(),
});

export const TicketSchema = Type.Object({
  ticketId: idSchema(),
  rank: Type.Integer(),
  state: ticketState(),
  orderId: nullable(idSchema('Its order, from its turn on')),
});
