import type { Database } from '../../../platform/database/database.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { readFactsByCode, readFactsById, type CouponFacts } from './coupon-facts.store.ts';

export type { CouponFacts } from './coupon-facts.store.ts';

export type FindCouponFacts = {
  byId: (couponId: Id) => Promise<CouponFacts | undefined>;
  /** @param code in its normal form */
  byCode: (code: string) => Promise<CouponFacts | undefined>;
};

const MOST_REMEMBERED = 1000;

/**
 * What a claim has to know of its coupon before it goes to the gate. These facts never change, so
 * they are kept in memory, as many as may be asked for at once; a crowd's claims cost no query.
 */
export function createFindCouponFacts({ database }: { database: Database }): FindCouponFacts {
  return {
    byId: remembering((id) => readFactsById(database, id)),
    byCode: remembering((code) => readFactsByCode(database, code)),
  };
}

/** Those who ask while an answer is on its way share it; one that says "nothing" is not kept. */
function remembering(
  read: (key: string) => Promise<CouponFacts | undefined>,
): (key: string) => Promise<CouponFacts | undefined> {
  const answers = new Map<string, Promise<CouponFacts | undefined>>();
  return (key) => answers.get(key) ?? ask(key);

  function ask(key: string): Promise<CouponFacts | undefined> {
    if (answers.size >= MOST_REMEMBERED) answers.clear();
    const answer = read(key);
    answers.set(key, answer);
    void forgetUnlessFound(key, answer);
    return answer;
  }

  async function forgetUnlessFound(
    key: string,
    answer: Promise<CouponFacts | undefined>,
  ): Promise<void> {
    const facts = await answer.catch(() => undefined);
    if (facts === undefined && answers.get(key) === answer) answers.delete(key);
  }
}
