import { givenNames, surnames } from './members/korean-names.ts';
import { randomFor } from './random.ts';

export type DemoMember = {
  loginId: string;
  name: string;
  /** At example.com, which delivers nothing. */
  email: string;
  /** In a range that is assigned to nobody. */
  phone: string;
  /** Free pay money in KRW. */
  freeAmount: number;
};

/** The shopper whose wallet is full enough to try everything. */
export const demoShopper: DemoMember = {
  loginId: 'demo',
  name: '김체험',
  email: 'demo@example.com',
  phone: '010-0000-0000',
  freeAmount: 1_000_000,
};

/** Phone numbers below 010-1000-0000 are what the fictional range holds. */
const MAX_DEMO_MEMBERS = 10_000_000;

/**
 * Members of the demonstration shop, `demoShopper` first, made one at a time while they are read.
 * Login ids, email addresses and phone numbers are unique.
 * Throws RangeError above ten million.
 */
export function* demoMembers(count: number): Generator<DemoMember> {
  if (count > MAX_DEMO_MEMBERS) {
    throw new RangeError(`at most ${MAX_DEMO_MEMBERS} members have phone numbers of their own`);
  }
  if (count > 0) yield demoShopper;
  for (let index = 1; index < count; index += 1) yield memberAt(index);
}

function memberAt(index: number): DemoMember {
  const random = randomFor('member', index);
  const surname = random.pick(surnames);
  const [given, latin] = random.pick(givenNames);
  const loginId = `${latin}${String(index).padStart(4, '0')}`;
  const digits = String(index).padStart(7, '0');
  return {
    loginId,
    name: surname + given,
    email: `${loginId}@example.com`,
    phone: `010-0${digits.slice(0, 3)}-${digits.slice(3)}`,
    freeAmount: random.chance(0.4) ? 0 : random.pick(freeAmounts),
  };
}

const freeAmounts = [1_000, 2_000, 3_000, 5_000, 5_000, 10_000, 10_000, 20_000, 30_000, 50_000];
