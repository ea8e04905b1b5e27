import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { idTimeMs, idToBytes } from '../../../src/platform/ids/id.ts';
import { createApiClient, type Answer } from '../../support/api-client.ts';
import type { Fault, Lab } from '../support/fault.ts';
import { withOwnClocks } from '../support/own-clocks.ts';
import type { ShopInstance, ShopRig } from '../support/shop-rig.ts';
import { auditCampaign } from './campaign-audit.ts';
import { openCampaign, VALID_DAYS, type Campaign, type ToldClaim } from './campaign.ts';
import { createMembers, KNOWS_MEMBERS, type Member } from './members.ts';
import { placeOf } from './place-of.ts';

/** Ten minutes apart, and none is right. */
const CLOCKS_MS = [-300_000, 300_000];

const BEFORE_MS = 1000;
const OPEN_MS = 1500;
const AFTER_MS = 500;
/** How often the times are doubled for instances too busy to answer in each of them. */
const MOST_DOUBLINGS = 5;
const PAUSE_MS = 15;
/** Requests so close to the opening or the end may be decided on either side of it. */
const SLACK_MS = 20;
const PLENTY = 10_000;
const DAY_MS = 86_400_000;
/** For how much an expiry and an id may be off the true time: little beside what the clocks are off. */
const TOLERANCE_MS = 60_000;

type Seen = { sentAt: number; answeredAt: number; code: string; told: ToldClaim | undefined };
type Window = { opensAt: number; closesAt: number };

/** Two instances whose hosts disagree by ten minutes open and close a campaign at the same moment. */
export const claimsClocks: Fault = {
  name: 'claims-clocks',
  times: { full: 1, short: 1 },
  run: (lab) =>
    withOwnClocks(
      lab,
      CLOCKS_MS,
      async (rig, instances) => {
        for (let doublings = 0; doublings <= MOST_DOUBLINGS; doublings += 1) {
          const outcome = await openAndClose(lab, rig, instances, 2 ** doublings);
          if (outcome !== undefined) return outcome;
        }
        throw new Error('the instances did not answer before, within and after any window');
      },
      KNOWS_MEMBERS,
    ),
};

/**
 * @param stretch how many times as long as usual everything takes
 * @returns undefined when an instance gave no answer in one of the phases
 */
async function openAndClose(
  lab: Lab,
  rig: ShopRig,
  instances: readonly ShopInstance[],
  stretch: number,
): Promise<string | undefined> {
  const opensAt = Date.now() + BEFORE_MS * stretch;
  const window = { opensAt, closesAt: opensAt + OPEN_MS * stretch };
  const campaign = await openCampaign(rig.front, PLENTY, window);
  const until = window.closesAt + AFTER_MS * stretch;
  const seen = await Promise.all(instances.map(({ url }) => claimUntil(url, campaign, until)));

  const phases = seen.flatMap((each) => phasesOf(window, each));
  for (const { expected, codes } of phases) {
    assert.deepEqual(
      codes.filter((code) => code !== expected),
      [],
    );
  }
  const all = seen.flat();
  const told = all.flatMap((answer) => answer.told ?? []);
  await auditCampaign(placeOf(rig, lab.redisUrl), campaign, told, { issued: told.length });
  assertIdsInTime(all);
  await assertExpiries(rig, campaign, opensAt);
  if (phases.some(({ codes }) => codes.length === 0)) return undefined;
  return `${told.length} of ${all.length} claims came within the window of both`;
}

/** New members claim at one instance, one after the other, and note what they are told. */
async function claimUntil(url: string, campaign: Campaign, until: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  while (Date.now() < until) {
    for (const member of createMembers(1)) seen.push(await claimOnce(url, campaign, member));
    await pause(PAUSE_MS);
  }
  return seen;
}

async function claimOnce(
  url: string,
  { couponId }: Campaign,
  { id: memberId, token }: Member,
): Promise<Seen> {
  const api = createApiClient(url);
  const sentAt = Date.now();
  let answer: Answer = await api.post(`/coupons/${couponId}/claims`, { token });
  const answeredAt = Date.now();
  const location = answer.headers.get('location')?.replace('/api/v1', '') ?? '';
  // Let in, and stored later.
  while (answer.status === 202) {
    await pause(PAUSE_MS);
    answer = await api.get(location, { token });
  }
  const { status, body } = answer;
  if (status >= 300) return { sentAt, answeredAt, code: body.code, told: undefined };
  const { memberCouponId, rank } = body;
  return { sentAt, answeredAt, code: 'issued', told: { memberId, memberCouponId, rank } };
}

/** What an instance answered before, within and after the window. */
function phasesOf({ opensAt, closesAt }: Window, seen: readonly Seen[]) {
  const within = (from: number, until: number) =>
    seen
      .filter(({ sentAt, answeredAt }) => sentAt > from + SLACK_MS && answeredAt < until - SLACK_MS)
      .map(({ code }) => code);
  return [
    { expected: 'coupon_not_open', codes: within(0, opensAt) },
    { expected: 'issued', codes: within(opensAt, closesAt) },
    { expected: 'coupon_closed', codes: within(closesAt, Infinity) },
  ];
}

/** Ids are of the true time, whatever the host says on which they were made. */
function assertIdsInTime(seen: readonly Seen[]): void {
  const wrong = seen.filter(({ sentAt, told }) => {
    return told && Math.abs(idTimeMs(told.memberCouponId) - sentAt) > TOLERANCE_MS;
  });
  assert.deepEqual(wrong, []);
}

/** Coupons are valid from the true time on, whoever stored them. */
async function assertExpiries(
  { database }: ShopRig,
  { couponId }: Campaign,
  issuedAt: number,
): Promise<void> {
  const rows = await database.select<{ expiresAt: Date }>(
    'SELECT expires_at AS expiresAt FROM coupon_member_coupons WHERE coupon_id = ?',
    [idToBytes(couponId)],
  );
  const wrong = rows.filter(({ expiresAt }) => {
    const validMs = expiresAt.getTime() - issuedAt;
    return Math.abs(validMs - VALID_DAYS * DAY_MS) > TOLERANCE_MS;
  });
  assert.deepEqual(wrong, []);
}
