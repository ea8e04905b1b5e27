import { afterAll, beforeAll, expect, it } from 'vitest';
import { CampaignWriter } from '../../../src/platform/first-come/campaign-writer.ts';
import { Epochs } from '../../../src/platform/first-come/epochs.ts';
import type { GateConnection } from '../../../src/platform/first-come/gate-connection.ts';
import { gateKeys } from '../../../src/platform/first-come/gate-keys.ts';
import type { GateRedis } from '../../../src/platform/first-come/gate-redis.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { createGateRig, type GateRig } from './support/gate-rig.ts';
import { booksOf, createCampaign } from './support/test-campaigns.ts';

let rig: GateRig;
let connection: GateConnection;
let redis: GateRedis;
beforeAll(async () => {
  rig = await createGateRig();
  ({ connection, redis } = await rig.openGateRedis());
});
afterAll(async () => {
  connection.close();
  await rig.close();
});

const enter = (campaignId: Id, epoch: number) =>
  redis.enter(campaignId, {
    epoch,
    instanceId: newId(),
    isReturning: false,
    claims: [{ claimId: newId(), memberId: newId(), extra: '' }],
  });

it('an epoch that follows another is open to newcomers when the old entries are back', async () => {
  const campaignId = await createCampaign(rig.database, { quota: 10 });
  const meanwhile: unknown[] = [];
  const learned: number[] = [];
  const filled: number[] = [];
  const epochs = new Epochs({
    store: rig.store,
    redis,
    writer: new CampaignWriter(connection, gateKeys('test', 'tests')),
    bringBackOld: async (_, epoch) => {
      meanwhile.push(await enter(campaignId, epoch));
      return true;
    },
    log: rig.log,
    onLearn: (_, epoch) => learned.push(epoch),
    onFill: (_, epoch) => filled.push(epoch),
  });
  expect(await epochs.renew(campaignId, 0)).toBe(1);
  // Nobody was in before the first one.
  expect(meanwhile).toEqual([]);
  expect(await epochs.renew(campaignId, 1)).toBe(1);
  expect(await epochs.renew(campaignId, 2)).toBe(2);
  expect(meanwhile).toEqual(['busy']);
  expect(await enter(campaignId, 2)).toMatchObject({ answers: [{ kind: 'entered' }] });
  expect({ learned, filled }).toEqual({ learned: [1, 2], filled: [1, 2] });
  expect((await booksOf(rig.database, campaignId)).epoch).toBe(2);
  expect(await epochs.renew(newId(), 0)).toBeUndefined();
});
