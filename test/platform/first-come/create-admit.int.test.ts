import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AmbiguousCommit } from '../../../src/platform/database/run-transaction.ts';
import type { InTransaction } from '../../../src/platform/events/transactions.ts';
import type { Entry } from '../../../src/platform/first-come/first-come.rules.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import { createBackboneRig } from '../../support/start-backbone.ts';
import {
  booksOf,
  createCampaign,
  createCampaignTables,
  createTestStore,
} from './support/test-campaigns.ts';

let rig: Awaited<ReturnType<typeof createBackboneRig>>;
let inTransaction: InTransaction;
beforeAll(async () => {
  rig = await createBackboneRig();
  await createCampaignTables(rig.database);
  ({ inTransaction } = await rig.start([]));
});
afterAll(() => rig.close());

const entries = (ranks: readonly number[]): Entry[] =>
  ranks.map((rank) => ({ claimId: newId(), memberId: newId(), rank, extra: '' }));

const toClaims = (given: readonly Entry[]) =>
  given.map(({ claimId, memberId, rank }) => ({ claimId, memberId, rank }));

const admittedAs = (given: readonly Entry[]) => ({
  kind: 'admitted',
  claims: toClaims(given),
  stoppedBy: undefined,
});

describe('entries', () => {
  it('are stored once, however many drains have them in hand', async () => {
    const { admit } = createTestStore(rig.database, inTransaction);
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const given = entries([1, 2, 3]);
    const admissions = await Promise.all(
      [given, given.slice(0, 2), given].map((each) => admit(campaignId, 0, each)),
    );
    expect(admissions[0]).toEqual(admittedAs(given));
    expect(admissions[2]).toEqual(admittedAs(given));
    expect(await booksOf(rig.database, campaignId)).toEqual({
      issued: 3,
      epoch: 0,
      claims: toClaims(given),
    });
  });

  it('whose COMMIT went unanswered are found to be stored', async () => {
    let commits = 0;
    const unanswered: InTransaction = async (body) => {
      const result = await inTransaction(body);
      commits += 1;
      if (commits === 1) throw new AmbiguousCommit('the answer was lost', { cause: undefined });
      return result;
    };
    const { admit } = createTestStore(rig.database, unanswered);
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const given = entries([1, 2, 3]);
    expect(await admit(campaignId, 0, given)).toEqual(admittedAs(given));
    expect(commits).toBe(2);
    expect((await booksOf(rig.database, campaignId)).issued).toBe(3);
  });

  it('of a member who has another claim stop there, and those before are stored', async () => {
    const { admit } = createTestStore(rig.database, inTransaction);
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    const [first] = entries([1]) as [Entry];
    await admit(campaignId, 0, [first]);
    const [second, repeated, last] = entries([2, 3, 4]) as [Entry, Entry, Entry];
    const again = { ...repeated, memberId: first.memberId };
    expect(await admit(campaignId, 0, [second, again, last])).toEqual({
      kind: 'admitted',
      claims: toClaims([second]),
      stoppedBy: 'member_has_claim',
    });
    expect((await booksOf(rig.database, campaignId)).claims).toEqual(toClaims([first, second]));
  });

  it('of another epoch are not stored', async () => {
    const { admit, startEpoch } = createTestStore(rig.database, inTransaction);
    const campaignId = await createCampaign(rig.database, { quota: 10 });
    await startEpoch(campaignId, 4);
    expect(await admit(campaignId, 4, entries([1]))).toEqual({ kind: 'other_epoch' });
    expect(await booksOf(rig.database, campaignId)).toEqual({ issued: 0, epoch: 5, claims: [] });
  });
});
