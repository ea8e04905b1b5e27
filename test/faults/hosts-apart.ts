import assert from 'node:assert/strict';
import { idTimeMs, type Id } from '../../src/platform/ids/id.ts';
import { createApiClient, type Answer } from '../support/api-client.ts';
import type { Fault } from './support/fault.ts';
import { withOwnClocks } from './support/own-clocks.ts';
import { OWNER, type ShopInstance, type ShopRig } from './support/shop-rig.ts';

/** Further apart than an access token is valid: a token of the one would have expired at the other. */
const CLOCKS_MS = [-900_000, 900_000];
/** For how much an id may be off the database's time. */
const TOLERANCE_MS = 60_000;

/** Two instances whose hosts disagree by half an hour agree about tokens, and about the order of ids. */
export const hostsApart: Fault = {
  name: 'hosts-apart',
  times: { full: 1, short: 1 },
  run: (lab) =>
    withOwnClocks(lab, CLOCKS_MS, async (rig, instances) => {
      const tokens = [];
      for (const instance of instances) tokens.push(await logIn(instance));
      for (const instance of instances) {
        for (const token of tokens) {
          await assertIdsInTime(rig, instance, token);
          // The second time it is remembered.
          await assertIdsInTime(rig, instance, token);
        }
      }
      return `${instances.length} instances took the tokens of all`;
    }),
};

async function logIn({ url }: ShopInstance): Promise<string> {
  const { body } = await createApiClient(url).post('/admin/auth/login', { body: OWNER });
  return body.accessToken;
}

let labels = 0;

/** The token is good for making something, whose id is of the database's time. */
async function assertIdsInTime(
  { database }: ShopRig,
  { url }: ShopInstance,
  token: string,
): Promise<void> {
  const before = await database.timeMs();
  labels += 1;
  const body = { name: `label ${labels}` };
  const made: Answer = await createApiClient(url).post('/admin/types', { token, body });
  const after = await database.timeMs();
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const id: Id = made.body.id;
  const at = idTimeMs(id);
  const isInTime = at > before - TOLERANCE_MS && at < after + TOLERANCE_MS;
  assert.ok(isInTime, `${id} is off by ${at - before} ms`);
}
