import type { Id } from '../ids/id.ts';
import type { GateConnection } from './gate-connection.ts';
import type { GateKeys } from './gate-keys.ts';
import {
  readDecision,
  readHead,
  readTaken,
  type Decision,
  type EnterReply,
  type Head,
  type NewClaim,
  type Stored,
  type Taken,
  type TakenReply,
} from './gate-replies.ts';

const SCAN_COUNT = 1000;

/** The gate's commands, by what they mean. All throw `first_come_unavailable` while Redis is away. */
export class GateRedis {
  readonly #connection: GateConnection;
  readonly #keys: GateKeys;

  constructor(connection: GateConnection, keys: GateKeys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  /** Lets claims in, in their order. */
  async enter(
    campaignId: Id,
    call: { epoch: number; instanceId: Id; isReturning: boolean; claims: readonly NewClaim[] },
  ): Promise<Decision> {
    const { facts, members, stream } = this.#keys.of(campaignId);
    const { epoch, instanceId, isReturning, claims } = call;
    const json = JSON.stringify(
      claims.map(({ claimId, memberId, extra }) => [claimId, memberId, extra]),
    );
    const mode = isReturning ? 'returning' : '';
    const reply = await this.#connection.use((client, run) =>
      client.gateEnter(facts, members(epoch), stream(epoch), epoch, run, instanceId, mode, json),
    );
    return readDecision(reply as EnterReply);
  }

  /** Notes what was stored, and gives what waits next, about `limit` claims. */
  async take(
    campaignId: Id,
    epoch: number,
    stored: Stored | undefined,
    limit: number,
  ): Promise<'stale' | 'lost' | Taken[]> {
    const { facts, stream } = this.#keys.of(campaignId);
    const rank = stored?.rank ?? '';
    const ids = JSON.stringify(stored?.streamIds ?? []);
    const reply = (await this.#connection.use((client, run) =>
      client.gateTake(facts, stream(epoch), epoch, run, rank, ids, limit),
    )) as [string, ...TakenReply[]];
    const [outcome, ...taken] = reply;
    return outcome === 'ok' ? taken.map(readTaken) : (outcome as 'stale' | 'lost');
  }

  /** What Redis knows of campaigns; undefined for those that it does not know. */
  async heads(campaignIds: readonly Id[]): Promise<(Head | undefined)[]> {
    return this.#connection.use((client, run) =>
      Promise.all(
        campaignIds.map(async (id) => {
          const { facts } = this.#keys.of(id);
          const fields = await client.hmget(facts, 'epoch', 'version', 'settled', 'run');
          return readHead(fields, run);
        }),
      ),
    );
  }

  async head(campaignId: Id): Promise<Head | undefined> {
    const [head] = await this.heads([campaignId]);
    return head;
  }

  /** Whether claims wait to be stored, of the present epoch or an older one, or are lost. */
  async hasBacklog(campaignId: Id, epoch: number): Promise<boolean> {
    const { facts, old, stream } = this.#keys.of(campaignId);
    const [waiting, olds, ranks] = await this.#connection.use((client) =>
      Promise.all([
        client.xlen(stream(epoch)),
        client.scard(old),
        client.hmget(facts, 'rank', 'settled'),
      ]),
    );
    return waiting > 0 || olds > 0 || ranks[0] !== ranks[1];
  }

  /** Epochs whose entries have to come back through the present one, oldest first. */
  async oldEpochs(campaignId: Id): Promise<number[]> {
    const { old } = this.#keys.of(campaignId);
    const epochs = await this.#connection.use((client) => client.smembers(old));
    return epochs.map(Number).toSorted((a, b) => a - b);
  }

  /** The next entries of an old epoch. */
  async readOld(campaignId: Id, epoch: number, limit: number): Promise<Taken[]> {
    const key = this.#keys.of(campaignId).stream(epoch);
    const rows = await this.#connection.use((client) =>
      client.xrange(key, '-', '+', 'COUNT', limit),
    );
    return rows.map(([id, fields]) => readTaken([id, fields[3] ?? '', fields[5] ?? '[]']));
  }

  async deleteOld(campaignId: Id, epoch: number, streamId: string): Promise<void> {
    const key = this.#keys.of(campaignId).stream(epoch);
    await this.#connection.use((client) => client.xdel(key, streamId));
  }

  /** Forgets an old epoch that has handed everything over. */
  async dropOld(campaignId: Id, epoch: number): Promise<void> {
    const keys = this.#keys.of(campaignId);
    await this.#connection.use((client) =>
      Promise.all([
        client.del(keys.stream(epoch), keys.members(epoch)),
        client.srem(keys.old, epoch),
      ]),
    );
  }

  /** Whether a member is in, in an epoch. */
  async hasMember(campaignId: Id, epoch: number, memberId: Id): Promise<boolean> {
    const key = this.#keys.of(campaignId).members(epoch);
    return (await this.#connection.use((client) => client.hexists(key, memberId))) === 1;
  }

  /** All members of an epoch; read in pieces, which holds nobody up. */
  async members(campaignId: Id, epoch: number): Promise<Set<Id>> {
    const key = this.#keys.of(campaignId).members(epoch);
    const members = new Set<Id>();
    let cursor = '0';
    do {
      const [next, fields] = await this.#connection.use((client) =>
        client.hscan(key, cursor, 'COUNT', SCAN_COUNT),
      );
      cursor = next;
      // Member and claim take turns.
      for (let at = 0; at < fields.length; at += 2) members.add(fields[at] ?? '');
    } while (cursor !== '0');
    return members;
  }

  /** Says something to every instance that listens on the channel. */
  async publishMessage(channel: string, message: string): Promise<void> {
    await this.#connection.use((client) => client.publish(channel, message));
  }
}
