import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carryCart } from '../../../src/modules/user/sessions/carry-cart.ts';
import { hashOfSecret } from '../../../src/platform/hashing/secret-token.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { contentOf, copySkus, createCartClient } from '../../support/carts.ts';
import { eventually } from '../../support/eventually.ts';
import { createShopper } from '../../support/factories.ts';
import { startShop, type TestShop } from '../../support/start-shop.ts';

const PASSWORD = 'correct horse battery';

let shop: TestShop;
let cart: ReturnType<typeof createCartClient>;
beforeAll(async () => {
  shop = await startShop();
  cart = createCartClient(shop.url);
});
afterAll(() => shop.stop());

const withCart = (cartToken: string) => ({ headers: { 'x-cart-token': cartToken } });
const logIn = (loginId: string, cartToken: string) =>
  shop.api.post('/auth/login', { body: { loginId, password: PASSWORD }, ...withCart(cartToken) });
async function register(loginId: string, cartToken = 'none') {
  const person = { name: '김민지', email: 'minji@example.com', phone: '010-1234-5678' };
  const body = { loginId, password: PASSWORD, ...person };
  const answer = await shop.api.post('/auth/register', { body, ...withCart(cartToken) });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer;
}

/** Keeps the lane of carts busy with another's cart, which nobody gets at, while `work` runs. */
async function whileCartsWait(skuId: Id, work: () => Promise<void>): Promise<void> {
  const { id: subjectId } = await createShopper(shop, 0);
  const cartToken = await cart.begin([skuId, 1]);
  await shop.app.backbone.inTransaction(async (holder) => {
    await holder.select('SELECT id FROM order_carts WHERE token_hash = ? FOR UPDATE', [
      hashOfSecret(cartToken),
    ]);
    await shop.app.backbone.inTransaction(async (tx) => {
      const session = { familyId: newId(), subjectId, subjectKind: 'member' as const };
      carryCart(tx, { ...session, tokenHash: Buffer.alloc(32), expiresAt: new Date() }, cartToken);
    });
    await work();
  });
}

describe('the answer of a login or a registration with a guest’s cart', () => {
  it('comes when the cart is merged, whatever waits in the lanes', async () => {
    const [a] = (await copySkus(shop, 1)) as [Id];
    await register('returning');
    const tokens = [await cart.begin([a, 2]), await cart.begin([a, 3])] as const;
    await whileCartsWait(a, async () => {
      const login = await logIn('returning', tokens[0]);
      expect(login.status).toBe(200);
      expect(contentOf(await cart.show({ token: login.body.accessToken }))).toEqual([[a, 2]]);
      const registered = await register('newcomer', tokens[1]);
      expect(contentOf(await cart.show({ token: registered.body.accessToken }))).toEqual([[a, 3]]);
    });
    await shop.app.backbone.settled();
  });

  it('comes all the same when the cart cannot be merged, which happens as soon as it can', async () => {
    const [a] = (await copySkus(shop, 1)) as [Id];
    await register('unlucky');
    const cartToken = await cart.begin([a, 2]);
    await shop.database.write('RENAME TABLE order_cart_items TO order_cart_items_away');
    const login = await logIn('unlucky', cartToken);
    await shop.database.write('RENAME TABLE order_cart_items_away TO order_cart_items');
    expect(login.status).toBe(200);
    await eventually(async () => {
      expect(contentOf(await cart.show({ token: login.body.accessToken }))).toEqual([[a, 2]]);
    });
  });
});
