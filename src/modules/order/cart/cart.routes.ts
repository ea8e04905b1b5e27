import { Type } from 'typebox';
import { closedObject, idSchema, krwSchema, nullable } from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import { MAX_LINES, MAX_QUANTITY } from '../order.rules.ts';
import { limitOfGuests, membersOrGuests, shopperOf } from './members-or-guests.ts';
import type { PutCartItem } from './put-cart-item.ts';
import type { RemoveCartItem } from './remove-cart-item.ts';
import type { ShowCart } from './show-cart.ts';

const CartSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      skuId: idSchema(),
      productId: idSchema(),
      name: Type.String(),
      options: Type.String(),
      thumbnailUrl: nullable(Type.String()),
      quantity: Type.Integer(),
      listPrice: krwSchema(),
      unitPrice: krwSchema(),
      lineAmount: krwSchema(),
      availability: Type.Enum(['in_stock', 'few_left', 'sold_out']),
      state: Type.Enum(['on_sale', 'unavailable']),
    }),
  ),
  itemsAmount: krwSchema({
    description: 'Of the items that can be bought, in KRW; the greatest stands for more',
  }),
});

const cartTokenHeader = Type.Object({
  'x-cart-token': Type.Optional(
    Type.String({
      description:
        "Opens a guest's cart. Sent with an access token, it adds that cart's items to the member's.",
    }),
  ),
});

const itemParams = closedObject({ skuId: idSchema() });

const WHOSE = "A member's own with an access token, else the guest's that x-cart-token opens.";

const route = {
  tags: ['cart'],
  headers: cartTokenHeader,
  response: { 200: CartSchema },
};

export function cartRoutes(use: {
  showCart: ShowCart;
  putCartItem: PutCartItem;
  removeCartItem: RemoveCartItem;
}): Routes {
  return (scope) => {
    const limitGuests = limitOfGuests(scope);

    scope.get(
      '/cart',
      {
        onRequest: membersOrGuests,
        schema: {
          summary: 'My cart at the prices of this moment',
          description: `${WHOSE} An unknown token opens an empty cart.`,
          ...route,
        },
      },
      (request) => use.showCart(shopperOf(request)),
    );

    scope.put(
      '/cart/items/:skuId',
      {
        onRequest: [membersOrGuests, limitGuests],
        config: { resource: '/api/v1/cart' },
        schema: {
          summary: 'Set how many units of a SKU are in my cart',
          description:
            `${WHOSE} A guest without a cart gets one; the answer then carries its token in the ` +
            `header x-cart-token. A cart holds ${MAX_LINES} SKUs. Errors: cart_full, cart_too_expensive.`,
          params: itemParams,
          body: closedObject({
            quantity: Type.Integer({ minimum: 1, maximum: MAX_QUANTITY, examples: [2] }),
          }),
          ...route,
        },
      },
      async (request, reply) => {
        const item = { skuId: request.params.skuId, quantity: request.body.quantity };
        const { cart, newToken } = await use.putCartItem(shopperOf(request), item);
        if (newToken !== undefined) reply.header('x-cart-token', newToken);
        return cart;
      },
    );

    scope.delete(
      '/cart/items/:skuId',
      {
        onRequest: [membersOrGuests, limitGuests],
        config: { resource: '/api/v1/cart' },
        schema: {
          summary: 'Take a SKU out of my cart',
          description: `${WHOSE} Answers with the cart, also when the SKU was not in it.`,
          params: itemParams,
          ...route,
        },
      },
      (request) => use.removeCartItem(shopperOf(request), request.params.skuId),
    );
  };
}
