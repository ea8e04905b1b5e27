import type { Pool } from '../../../src/platform/database/pool.ts';

/** A place in the stream of statements. */
export type RacePoint = {
  when: 'before' | 'after';
  /** The statement as it is sent; a prepared one has its question marks. `after` means: it succeeded. */
  statement: RegExp;
  /** Only in a transaction that has sent a statement like this one before. */
  within?: RegExp;
  /** Which match, from 1 (the default). */
  nth?: number;
  /** The statement, or its answer, waits for it; when it throws, that error is the answer. */
  run?: () => Promise<void> | void;
};

type Pools = { readonly pool: Pool; readonly transactionPool: Pool };

type Armed = { point: RacePoint; left: number; reached: () => void };
type Send = (...args: unknown[]) => Promise<unknown>;
type Sender = Record<'query' | 'execute', Send>;

/**
 * Lets a test do something at a certain statement: hold the transaction up, kill the process, let
 * another connection go first. Races become deterministic without a word about tests in the code that
 * is tested.
 *
 *     const points = new RacePoints();
 *     const watched = points.watch(database);  // give this one to the code
 *     await points.arm({ when: 'before', statement: /^COMMIT/, within: /INTO platform_outbox/, run });
 */
export class RacePoints {
  readonly #armed = new Set<Armed>();

  /** The point is used once. Resolves when it has been reached, and `run` is over. */
  arm(point: RacePoint): Promise<void> {
    return new Promise((resolve) => {
      this.#armed.add({ point, left: point.nth ?? 1, reached: resolve });
    });
  }

  /** The same thing with its pools replaced by ones that stop at the points. */
  watch<Owner extends Pools>(owner: Owner): Owner {
    return Object.create(owner, {
      pool: { value: this.#watchPool(owner.pool) },
      transactionPool: { value: this.#watchPool(owner.transactionPool) },
    }) as Owner;
  }

  #watchPool(pool: Pool): Pool {
    const substitutes: Record<PropertyKey, unknown> = {
      ...this.#watchSender(pool as unknown as Sender, undefined),
      getConnection: async () => {
        const connection = await pool.getConnection();
        // A wrapper of this loan's own: the next borrower gets a fresh one.
        return Object.assign(connection, this.#watchSender(connection as unknown as Sender, []));
      },
    };
    return new Proxy(pool, {
      get: (target, property) => substitutes[property] ?? Reflect.get(target, property, target),
    });
  }

  /** @param history of the open transaction; undefined for a pool, whose statements belong to none */
  #watchSender(sender: Sender, history: string[] | undefined): Sender {
    const watched = (send: Send): Send => {
      return async (...args) => {
        const statement = textOf(args[0]);
        await this.#stopAt('before', statement, history ?? []);
        const answer = await send.apply(sender, args);
        await this.#stopAt('after', statement, history ?? []);
        history?.push(statement);
        return answer;
      };
    };
    return { query: watched(sender.query), execute: watched(sender.execute) };
  }

  async #stopAt(when: RacePoint['when'], statement: string, earlier: readonly string[]) {
    for (const armed of this.#armed) {
      if (!matches(armed.point, when, statement, earlier)) continue;
      armed.left -= 1;
      if (armed.left > 0) continue;
      this.#armed.delete(armed);
      await armed.point.run?.();
      armed.reached();
    }
  }
}

function matches(
  point: RacePoint,
  when: RacePoint['when'],
  statement: string,
  earlier: readonly string[],
): boolean {
  if (point.when !== when || !point.statement.test(statement)) return false;
  const { within } = point;
  return within === undefined || earlier.some((each) => within.test(each));
}

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : (statement as { sql: string }).sql;
}
