import { bulkParameter, bulkRows, hex } from '../../../src/platform/database/bulk.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import { newId } from '../../../src/platform/ids/id.ts';
import type { Member } from './members.ts';

/** @param amount of pay money for each member, in KRW, booked as a grant; 0 opens an empty wallet */
export async function giveMoney(
  database: Database,
  members: readonly Member[],
  amount: number,
): Promise<void> {
  const grants = bulkParameter(members.map(({ id }) => [hex(newId()), hex(id)]));
  const rows = bulkRows('g', { id: 'id', member_id: 'id' });
  await database.write(
    `INSERT INTO user_wallets (member_id, paid_amount, free_amount)
     SELECT UNHEX(g.member_id), 0, ? FROM ${rows}`,
    [amount, grants],
  );
  if (amount === 0) return;
  await database.write(
    `INSERT INTO user_wallet_entries (id, member_id, kind, paid_amount, free_amount, reason)
     SELECT UNHEX(g.id), UNHEX(g.member_id), 'grant', 0, ?, '가입 축하' FROM ${rows}`,
    [amount, grants],
  );
}
