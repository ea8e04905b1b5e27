import assert from 'node:assert/strict';
import { createApiClient } from '../../support/api-client.ts';
import { eventually } from '../../support/eventually.ts';
import { present, type Fault } from '../support/fault.ts';
import { Diary } from '../support/shop-diary.ts';
import { openMarket } from '../support/shop-market.ts';
import { cancelOrder } from '../support/shop-orders.ts';
import { auditPayments } from '../support/shop-payments-audit.ts';
import {
  buyThrough,
  confirmPayment,
  letQuestionsComeDue,
  misbehave,
  PROVIDERS,
  withPayingRig,
  type Approved,
  type PayingRig,
} from '../support/shop-payments.ts';

const PLENTY = 1_000_000;
/** More often than an event is tried before it is a dead letter. */
const ASKED_IN_VAIN = 12;
const OUTAGE_WITHIN_MS = 60_000;

/**
 * Providers give nothing back for as long as it takes to ask them a dozen times for each refund, and
 * one of the instances dies meanwhile: what is owed is shown as due, never given up, and done once.
 */
export const providerRefundOutage: Fault = {
  name: 'provider-refund-outage',
  times: { full: 40, short: 4 },
  run: (lab, times) =>
    withPayingRig(lab, async (rig) => {
      const [survivor, victim] = await Promise.all([rig.start(), rig.start()]);
      const desk = createApiClient(survivor.url);
      const market = await openMarket(rig, { wallets: [0], stock: [PLENTY] });
      const shopper = present(market.shoppers[0]);
      const items = [{ skuId: present(market.skuIds[0]), quantity: 1 }];
      const diary = new Diary();
      const approved: Approved[] = [];
      for (let turn = 0; turn < times; turn += 1) {
        const method = present(PROVIDERS[turn % PROVIDERS.length]);
        const order = await buyThrough(rig, desk, diary, shopper, method, { items });
        assert.equal((await confirmPayment(desk, order)).state, 'paid');
        approved.push(order);
      }

      for (const method of PROVIDERS) {
        misbehave(rig, method, 'refund', { how: 'error', moment: 'before' });
        misbehave(rig, method, 'lookUp', { how: 'error', moment: 'before' });
      }
      for (const [index, { orderId, placement }] of approved.entries()) {
        const { url } = index % 2 === 0 ? survivor : victim;
        await cancelOrder(createApiClient(url), shopper, orderId, placement);
      }
      await eventually(async () => {
        await letQuestionsComeDue(rig);
        assert.ok((await fewestQuestions(rig)) >= ASKED_IN_VAIN, 'the shop does not ask');
      }, OUTAGE_WITHIN_MS);
      await victim.kill();
      for (const { orderId } of approved) {
        const { body } = await desk.get(`/orders/${orderId}`, { token: shopper.token });
        assert.deepEqual([body.refundedAmount, body.refundDueAmount], [0, body.totalAmount]);
      }

      for (const method of PROVIDERS) rig[method].behave();
      await auditPayments(rig, diary);
      const cancels = PROVIDERS.map((method) => rig[method].ledger.audit().cancels);
      assert.equal(
        cancels.reduce((sum, count) => sum + count, 0),
        times,
      );
      return `${times} refunds, each asked for in vain ${ASKED_IN_VAIN} times or more, and done once`;
    }),
};

async function fewestQuestions({ database }: Pick<PayingRig, 'database'>): Promise<number> {
  const [row] = await database.select<{ asks: number | null }>(
    'SELECT MIN(asks) AS asks FROM order_refunds',
  );
  return row?.asks ?? 0;
}
