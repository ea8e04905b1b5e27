import assert from 'node:assert/strict';
import type { Id } from '../../../src/platform/ids/id.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import { idToBytes } from '../../../src/platform/ids/id.ts';
import { eventually } from '../../support/eventually.ts';
import { shuffled } from '../../support/shuffle.ts';
import type { OrderDesk } from '../support/shop-front.ts';
import { claimCoupon, type Campaign, type ToldClaim } from './campaign.ts';
import { createMembers, type Member } from './members.ts';

/** Those who come when a campaign has got over its fault, each time that they come. */
const LATECOMERS = 30;
const SOLD_OUT_WITHIN_MS = 300_000;

/** Members who want a coupon, and everything that they were told about it. */
export class Crowd {
  readonly told: ToldClaim[] = [];
  /** Who was told, at some time, that nothing is left. */
  readonly refused = new Set<Id>();
  readonly #desk: OrderDesk;
  readonly #campaign: Campaign;
  readonly #holders = new Set<Id>();
  readonly #awaited: { holders: number; reach: () => void }[] = [];

  constructor(desk: OrderDesk, campaign: Campaign) {
    this.#desk = desk;
    this.#campaign = campaign;
  }

  /** Members who were told that they have a coupon. */
  get holders(): number {
    return this.#holders.size;
  }

  /** Sends the claims, so many at once, and waits until all are answered. */
  async send(members: readonly Member[], atOnce: number): Promise<void> {
    const claims = members.values();
    const lane = async () => {
      // All lanes take from the same iterator: each claim is sent once.
      for (const member of claims) await this.#claim(member);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }

  /** Resolves when so many members have been told that they have a coupon. */
  untilHolders(holders: number): Promise<void> {
    if (this.holders >= holders) return Promise.resolve();
    return new Promise((reach) => this.#awaited.push({ holders, reach }));
  }

  /** Lets others come until all units are in members' hands, which is when the next one gets none. */
  async sellOut(database: Database): Promise<void> {
    const { couponId, quantity } = this.#campaign;
    await eventually(async () => {
      const members = createMembers(LATECOMERS);
      await this.send(members, members.length);
      assert.equal(await readIssued(database, couponId), quantity, 'units are left');
    }, SOLD_OUT_WITHIN_MS);
    const refused = this.refused.size;
    await this.send(createMembers(1), 1);
    assert.equal(this.refused.size, refused + 1, 'the campaign is not sold out');
  }

  async #claim(member: Member): Promise<void> {
    const told = await claimCoupon(this.#desk, this.#campaign, member);
    if (told === 'sold_out') {
      this.refused.add(member.id);
      return;
    }
    this.told.push(told);
    this.#holders.add(member.id);
    for (const { holders, reach } of this.#awaited) if (this.holders >= holders) reach();
  }
}

/** Each member's claim several times over, in any order. */
export function impatient(members: readonly Member[], claimsEach: number): Member[] {
  return shuffled(Array.from({ length: claimsEach }, () => members).flat(), Math.random);
}

async function readIssued(database: Database, couponId: Id): Promise<number | undefined> {
  const [row] = await database.select<{ issued: number }>(
    'SELECT issued FROM coupon_counters WHERE coupon_id = ?',
    [idToBytes(couponId)],
  );
  return row?.issued;
}
