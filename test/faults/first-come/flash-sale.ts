import assert from 'node:assert/strict';
import type { PaymentMethod } from '../../../src/modules/order/order.rules.ts';
import type { Id } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { auditLedger } from '../../support/ledger.ts';
import { settled } from '../support/audit.ts';
import { present, type Fault } from '../support/fault.ts';
import { openMarket } from '../support/shop-market.ts';
import { withPayingRig, type PayingRig } from '../support/shop-payments.ts';
import { impatient } from './crowd.ts';
import { giveMoney } from './give-money.ts';
import { createMembers, KNOWS_MEMBERS, type Member } from './members.ts';
import {
  closeSale,
  findTicketLies,
  joinSale,
  openSale,
  showSale,
  type ToldTicket,
} from './sale.ts';

/** Free of shipping, so that it is all that an order costs. */
const PRICE = 40_000;
/** For each unit: the line behind it has three places, and the others are turned away. */
const MEMBERS_EACH = 20;
const REQUESTS_EACH = 5;
const AT_ONCE = 128;
const PAYMENT_WINDOW_SECONDS = 1;
const SOLD_WITHIN_MS = 300_000;
const SETTLED_WITHIN_MS = 300_000;

/** What becomes of a member’s order, of one of five each. */
const KINDS = ['declined', 'abandoned', 'able', 'able', 'able'] as const;
type Kind = (typeof KINDS)[number];

/**
 * A crowd wants few units. A fifth of them cannot pay, and a fifth never does: their units go to the
 * next in line, until all are paid. `times` is the number of units.
 */
export const flashSale: Fault = {
  name: 'flash-sale',
  times: { full: 500, short: 20 },
  run: (lab, units) => withPayingRig(lab, (rig) => sellOut(rig, units), KNOWS_MEMBERS),
};

async function sellOut(rig: PayingRig, units: number): Promise<string> {
  const { front, database } = rig;
  await Promise.all([rig.start(), rig.start()]);
  const { ownerToken, skuIds } = await openMarket(rig, { wallets: [0], stock: [units * 2] });
  const crowd = await createCrowd(rig, units * MEMBERS_EACH);
  const saleId = await openSale(front, ownerToken, {
    skuId: present(skuIds[0]),
    price: PRICE,
    quantity: units,
    paymentWindowSeconds: PAYMENT_WINDOW_SECONDS,
  });
  const told = await sendCrowd(rig, saleId, crowd);

  await eventually(async () => {
    const { soldCount, takenCount } = await showSale(front, ownerToken, saleId);
    assert.deepEqual({ soldCount, takenCount }, { soldCount: units, takenCount: 0 });
  }, SOLD_WITHIN_MS);
  await closeSale(front, ownerToken, saleId);
  const { issuedCount, admittedCount } = await eventually(async () => {
    const sale = await showSale(front, ownerToken, saleId);
    const { state, soldCount, returnedCount } = sale;
    assert.deepEqual([state, soldCount, returnedCount], ['ended', units, 0]);
    return sale;
  }, SETTLED_WITHIN_MS);
  assert.ok(admittedCount > units, 'nobody in line has moved up');

  await settled(database, SETTLED_WITHIN_MS);
  await auditLedger({ database });
  assert.deepEqual(await findTicketLies(database, saleId, told), []);
  assert.equal(await countPaidOrders(rig), units);
  return `${crowd.size * REQUESTS_EACH} requests, ${issuedCount} tickets, ${admittedCount} orders for ${units} units`;
}

type Buyers = ReadonlyMap<Member, Kind>;

async function createCrowd({ database }: PayingRig, howMany: number): Promise<Buyers> {
  const kinds = createMembers(howMany).map(
    (member, index) => [member, present(KINDS[index % KINDS.length])] as const,
  );
  const ofKind = (wanted: Kind) =>
    kinds.filter(([, kind]) => kind === wanted).map(([member]) => member);
  await giveMoney(database, ofKind('able'), PRICE);
  await giveMoney(database, [...ofKind('declined'), ...ofKind('abandoned')], 0);
  return new Map(kinds);
}

/** Sends every member's requests, and waits until all are answered. */
async function sendCrowd(rig: PayingRig, saleId: Id, crowd: Buyers): Promise<ToldTicket[]> {
  const told: ToldTicket[] = [];
  const requests = impatient([...crowd.keys()], REQUESTS_EACH).values();
  const lane = async () => {
    for (const member of requests) {
      const ticket = await joinSale(
        rig.front,
        saleId,
        member,
        methodOf(present(crowd.get(member))),
      );
      if (ticket !== 'sold_out') told.push(ticket);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return told;
}

/** Whoever is to pay through a provider, and does not, lets the time run out. */
function methodOf(kind: Kind): PaymentMethod {
  return kind === 'abandoned' ? 'toss' : 'wallet';
}

async function countPaidOrders({ database }: PayingRig): Promise<number | undefined> {
  const [row] = await database.select<{ paid: number }>(
    `SELECT COUNT(*) AS paid FROM order_orders AS o
     JOIN order_flash_tickets AS t ON t.order_id = o.id AND t.state = 'paid'
     WHERE o.state = 'paid' AND o.payment_method = 'wallet'`,
  );
  return row?.paid;
}
