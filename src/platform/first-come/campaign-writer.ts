import type { Id } from '../ids/id.ts';
import type { Campaign } from './campaign-store.ts';
import type { Claim } from './first-come.rules.ts';
import type { GateConnection } from './gate-connection.ts';
import type { GateKeys } from './gate-keys.ts';

/** A campaign's keys go by themselves so long after its end; what waits in them is stored by then. */
const KEEP_AFTER_END_MS = 86_400_000;
/** Of an instance that died while it filled an epoch, the others wait for so long. */
const REBUILD_LOCK_MS = 2000;

/**
 * Writes what the database knows of a campaign into Redis. All throw `first_come_unavailable` while it
 * is away.
 */
export class CampaignWriter {
  readonly #connection: GateConnection;
  readonly #keys: GateKeys;

  constructor(connection: GateConnection, keys: GateKeys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  /** Takes the right to fill a new epoch; false while another instance has it. */
  async lockRebuild(campaignId: Id, token: Id): Promise<boolean> {
    const { rebuild } = this.#keys.of(campaignId);
    const taken = await this.#connection.use((client, run) =>
      client.set(rebuild(run), token, 'PX', REBUILD_LOCK_MS, 'NX'),
    );
    return taken === 'OK';
  }

  /** Gives it back. The lock only spares work, so it need not be given back indivisibly. */
  async unlockRebuild(campaignId: Id, token: Id): Promise<void> {
    const { rebuild } = this.#keys.of(campaignId);
    await this.#connection.use(async (client, run) => {
      if ((await client.get(rebuild(run))) === token) await client.del(rebuild(run));
    });
  }

  /** Adds members to an epoch that is not published yet. */
  async addMembers(campaignId: Id, epoch: number, claims: readonly Claim[]): Promise<void> {
    const keys = this.#keys.of(campaignId);
    const key = keys.members(epoch);
    const fields = claims.flatMap(({ claimId, memberId, rank }) => [
      memberId,
      `${claimId} ${rank}`,
    ]);
    await this.#connection.use((client, run) =>
      Promise.all([
        client.hset(key, ...fields),
        // One that breaks off leaves nothing behind for ever.
        client.pexpire(key, KEEP_AFTER_END_MS),
        client.pexpire(keys.rebuild(run), REBUILD_LOCK_MS),
      ]),
    );
  }

  /**
   * Makes a filled epoch the present one, unless a newer one is, or its members got lost again.
   * @param returnsMs for how long only those get in who were in before, unless `open` comes first
   */
  async publish(
    campaign: Campaign,
    members: number,
    returnsMs: number,
  ): Promise<'published' | 'behind' | 'lost'> {
    const { id, epoch, issued } = campaign;
    const keys = this.#keys.of(id);
    const terms = termsOf(campaign);
    const outcome = await this.#connection.use((client, run) => {
      const names = [keys.facts, keys.members(epoch), keys.old];
      return client.gatePublish(...names, epoch, run, members, issued, ...terms, returnsMs);
    });
    return outcome as 'published' | 'behind' | 'lost';
  }

  /** Lets everybody in, those who were in before having had their turn. */
  async open(campaignId: Id, epoch: number): Promise<void> {
    const { facts } = this.#keys.of(campaignId);
    await this.#connection.use((client, run) => client.gateOpen(facts, epoch, run));
  }

  /** Brings the present epoch's quota, state and window up to date. */
  async refresh(campaign: Campaign): Promise<'ok' | 'stale'> {
    const { id, epoch } = campaign;
    const { facts, members, stream, old } = this.#keys.of(id);
    const terms = termsOf(campaign);
    const outcome = await this.#connection.use((client, run) =>
      client.gateRefresh(facts, members(epoch), stream(epoch), old, epoch, run, ...terms),
    );
    return outcome as 'ok' | 'stale';
  }
}

/** As the scripts take them, after what is their own. */
function termsOf({ version, quota, state, opensAt, closesAt }: Campaign): (string | number)[] {
  return [version, quota, state, opensAt.getTime(), closesAt.getTime(), KEEP_AFTER_END_MS];
}
