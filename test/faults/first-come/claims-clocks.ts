import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { idTimeMs } from '../../../src/platform/ids/id.ts';
import { createApiClient } from '../../support/api-client.ts';
import type { Fault, Lab } from '../support/fault.ts';
import { withShopRig, type ShopRig } from '../support/shop-rig.ts';
import { auditCampaign } from './campaign-audit.ts';
import { openCampaign, VALID_DAYS, type Campaign, type ToldClaim } from './campaign.ts';
import { createMembers, KNOWS_MEMBERS } from './members.ts';
import { placeOf } from './place-of.ts';

const OWN_CLOCK = fileURLToPath(new URL('own-clock.cjs', import.meta.url));
/** Ten minutes apart, and none is right. */
const CLOCKS_MS = [-300_000, 300_000];
const APART_MS = 600_000;

const BEFORE_MS = 1000;
const OPEN_MS = 1500;
const AFTER_MS = 500;
const PAUSE_MS = 15;
/** Requests so close to the opening or the end may be decided on either side of it. */
const SLACK_MS = 20;
const PLENTY = 10_000;
const DAY_MS = 86_400_000;
/** For how much an expiry may be off the true time, and a clock off what it is told to be. */
const TOLERANCE_MS = 10_000;

type Seen = { sentAt: number; answeredAt: number; code: string; told: ToldClaim | undefined };

/** Two instances whose hosts disagree by ten minutes open and close a campaign at the same moment. */
export const claimsClocks: Fault = {
  name: 'claims-clocks',
  times: { full: 1, short: 1 },
  run: async (lab) => {
    const folder = await mkdtemp(join(lab.folder, 'clocks-'));
    try {
      return await withShopRig(lab, (rig) => disagree(lab, rig), {
        ...KNOWS_MEMBERS,
        NODE_OPTIONS: `--require=${OWN_CLOCK}`,
        FAULT_CLOCKS_DIR: resolve(folder),
        FAULT_CLOCKS_MS: CLOCKS_MS.join(','),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function disagree(lab: Lab, rig: ShopRig): Promise<string> {
  const instances = await Promise.all(CLOCKS_MS.map(() => rig.start()));
  const opensAt = Date.now() + BEFORE_MS;
  const window = { opensAt, closesAt: opensAt + OPEN_MS };
  const campaign = await openCampaign(rig.front, PLENTY, window);
  const seen = await Promise.all(
    instances.map(({ url }) => claimUntil(url, campaign, window.closesAt + AFTER_MS)),
  );
  for (const each of seen) assertKeepsTo(window, each);

  const told = seen.map((each) => each.flatMap((answer) => answer.told ?? []));
  const apart = told.map(([first]) => idTimeMs(first?.memberCouponId ?? ''));
  assert.ok(
    Math.abs(Math.abs((apart[0] ?? 0) - (apart[1] ?? 0)) - APART_MS) < TOLERANCE_MS,
    'the clocks are not as they should be',
  );
  const issued = told.flat().length;
  await auditCampaign(placeOf(rig, lab.redisUrl), campaign, told.flat(), { issued });
  await assertExpiries(rig, opensAt);
  return `${issued} of ${seen.flat().length} claims came within the window of both`;
}

/** New members claim at one instance, one after the other, and note what they are told. */
async function claimUntil(url: string, { couponId }: Campaign, until: number): Promise<Seen[]> {
  const api = createApiClient(url);
  const seen: Seen[] = [];
  while (Date.now() < until) {
    for (const { id: memberId, token } of createMembers(1)) {
      const sentAt = Date.now();
      const { status, body } = await api.post(`/coupons/${couponId}/claims`, { token });
      const answeredAt = Date.now();
      const { memberCouponId, rank } = body;
      seen.push({
        sentAt,
        answeredAt,
        code: status === 201 ? 'issued' : body.code,
        told: status === 201 ? { memberId, memberCouponId, rank } : undefined,
      });
    }
    await pause(PAUSE_MS);
  }
  return seen;
}

function assertKeepsTo(window: { opensAt: number; closesAt: number }, seen: readonly Seen[]): void {
  const within = (from: number, until: number) =>
    seen.filter(
      ({ sentAt, answeredAt }) => sentAt > from + SLACK_MS && answeredAt < until - SLACK_MS,
    );
  const { opensAt, closesAt } = window;
  const phases = {
    coupon_not_open: within(0, opensAt),
    issued: within(opensAt, closesAt),
    coupon_closed: within(closesAt, Infinity),
  };
  for (const [expected, answers] of Object.entries(phases)) {
    assert.deepEqual([...new Set(answers.map(({ code }) => code))], [expected]);
  }
}

/** Coupons are valid from the true time on, whoever stored them. */
async function assertExpiries({ database }: ShopRig, issuedAt: number): Promise<void> {
  const rows = await database.select<{ expiresAt: Date }>(
    'SELECT expires_at AS expiresAt FROM coupon_member_coupons',
  );
  const wrong = rows.filter(({ expiresAt }) => {
    const validMs = expiresAt.getTime() - issuedAt;
    return Math.abs(validMs - VALID_DAYS * DAY_MS) > TOLERANCE_MS;
  });
  assert.deepEqual(wrong, []);
}
