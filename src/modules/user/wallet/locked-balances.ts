import { addUnknown, unknownOf } from '../../../platform/collections/known.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readLots, updateLots, type MemberLot } from '../points/point-lots.store.ts';
import { spendable } from '../points/points.rules.ts';
import type { FundsAndPoints, Movement } from './order-funds.ts';
import { plus } from './wallet.rules.ts';
import { lockWallets, updateWallets, type Wallet } from './wallet.store.ts';

/**
 * The balances that a batch may change. They are decided on in memory, and written once. A member's
 * wallet is the lock of the member's points, too.
 */
export class LockedBalances {
  readonly #wallets = new Map<Id, Wallet>();
  readonly #lots = new Map<Id, MemberLot>();
  /** The ids of a member's lots that are here. */
  readonly #lotIds = new Map<Id, Id[]>();
  /** Members whose lots with something left are all here. */
  readonly #withLots = new Set<Id>();
  readonly #changedWallets = new Set<Id>();
  readonly #changedLots = new Set<Id>();

  /**
   * Locks the members' wallets, and looks at points only where some may move; at neither a second
   * time.
   * @param points whose lots, and which ones; their members are among `memberIds`
   */
  async lock(
    tx: Transaction,
    memberIds: readonly Id[],
    points: { memberIds: readonly Id[]; lotIds: readonly Id[] },
  ): Promise<void> {
    addUnknown(this.#wallets, await lockWallets(tx, unknownOf(this.#wallets, memberIds)));
    const unread = {
      memberIds: points.memberIds.filter((id) => !this.#withLots.has(id)),
      lotIds: unknownOf(this.#lots, points.lotIds),
    };
    if (unread.memberIds.length + unread.lotIds.length === 0) return;
    for (const lot of (await readLots(tx, unread)).values()) this.#addLot(lot);
    for (const id of unread.memberIds) this.#withLots.add(id);
  }

  /** What the member can spend; undefined without a wallet. `atMs`: when points must not be expired. */
  of(memberId: Id, atMs: number): FundsAndPoints | undefined {
    const wallet = this.#wallets.get(memberId);
    if (!wallet) return undefined;
    const ids = this.#lotIds.get(memberId) ?? [];
    const lots = ids.flatMap((id) => this.#lots.get(id) ?? []);
    return { ...wallet, points: spendable(lots, atMs) };
  }

  /** Moves money and points to a member, or away. */
  move(memberId: Id, { toWallet, toLots }: Pick<Movement, 'toWallet' | 'toLots'>): void {
    if (toWallet.paidAmount !== 0 || toWallet.freeAmount !== 0) {
      const wallet = this.#wallets.get(memberId);
      if (!wallet) throw new Error(`the wallet of member ${memberId} is gone`);
      this.#wallets.set(memberId, { memberId, ...plus(wallet, toWallet) });
      this.#changedWallets.add(memberId);
    }
    for (const { lotId, amount } of toLots) {
      const lot = this.#lots.get(lotId);
      if (!lot) throw new Error(`the lot ${lotId} of points is gone`);
      this.#lots.set(lotId, { ...lot, remainingAmount: lot.remainingAmount + amount });
      this.#changedLots.add(lotId);
    }
  }

  /** What is here already stays: it may have changed since. */
  #addLot(lot: MemberLot): void {
    if (this.#lots.has(lot.id)) return;
    this.#lots.set(lot.id, lot);
    const known = this.#lotIds.get(lot.memberId);
    if (known) known.push(lot.id);
    else this.#lotIds.set(lot.memberId, [lot.id]);
  }

  async store(tx: Transaction): Promise<void> {
    const wallets = [...this.#wallets.values()].filter((row) =>
      this.#changedWallets.has(row.memberId),
    );
    const lots = [...this.#lots.values()].filter((row) => this.#changedLots.has(row.id));
    await Promise.all([
      wallets.length > 0 ? updateWallets(tx, wallets) : undefined,
      lots.length > 0 ? updateLots(tx, lots) : undefined,
    ]);
  }
}
