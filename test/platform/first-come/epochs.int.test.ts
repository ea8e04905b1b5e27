import { afterAll, beforeAll, expect, it } from 'vitest';
import { CampaignWriter } from '../../../src/platform/first-come/campaign-writer.ts';
import { Epochs } from '../../../src/platform/first-come/epochs.ts';
import type { GateConnection } from '../../../src/platform/first-come/gate-connection.ts';
import { gateKeys } from '../../../src/platform/first-come/gate-keys.ts';
import type { GateRedis } from '../../../src/platform/first-come/gate-redis.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';
import { createGateRig, type GateRig } from './support/gate-rig.ts';
import { createLatch } from './support/held-store.ts';
import { booksOf, changeCampaign, createCampaign } from './support/test-campaigns.ts';

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

const createEpochs = (parts: Partial<ConstructorParameters<typeof Epochs>[0]>) =>
  new Epochs({
    store: rig.store,
    redis,
    writer: new CampaignWriter(connection, gateKeys('test', 'tests')),
    bringBackOld: () => Promise.resolve(true),
    log: rig.log,
    onLearn: () => undefined,
    onFill: () => undefined,
    ...parts,
  });

it('an epoch that follows another is open to newcomers when the old entries are back', async () => {
  const campaignId = await createCampaign(rig.database, { quota: 10 });
  const meanwhile: unknown[] = [];
  const learned: number[] = [];
  const filled: number[] = [];
  const epochs = createEpochs({
    bringBackOld: async (_, epoch) => {
      meanwhile.push(await enter(campaignId, epoch));
      return true;
    },
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

it('a change holds once it is told, also when another instance is filling the campaign', async () => {
  const campaignId = await createCampaign(rig.database, { quota: 10 });
  const [hasRead, mayPublish, hasPublished, mayLookAgain] = [
    createLatch(),
    createLatch(),
    createLatch(),
    createLatch(),
  ];
  const filler = createEpochs({
    store: {
      ...rig.store,
      readClaims: async (...args) => {
        hasRead.open();
        await mayPublish.opened;
        return rig.store.readClaims(...args);
      },
      readCampaign: async (id) => {
        await mayLookAgain.opened;
        return rig.store.readCampaign(id);
      },
    },
    onFill: () => hasPublished.open(),
  });
  const filling = filler.renew(campaignId, 0);
  await hasRead.opened;

  await changeCampaign(rig.database, campaignId, { state: 'paused' });
  const waits = createLatch();
  const teller = createEpochs({ redis: withHead(() => waits.open()) });
  const telling = teller.refresh(campaignId);
  await waits.opened;
  mayPublish.open();
  await hasPublished.opened;
  await telling;
  expect(await enter(campaignId, 1)).toMatchObject({ standing: { closure: 'paused' } });
  mayLookAgain.open();
  expect(await filling).toBe(1);
});

/** The same commands; tells when the first look for the present epoch begins. */
function withHead(onLook: () => void): GateRedis {
  const head: GateRedis['head'] = (campaignId) => {
    onLook();
    return redis.head(campaignId);
  };
  return Object.create(redis, { head: { value: head } }) as GateRedis;
}
