import type { Database } from '../../../platform/database/database.ts';
import type { DescribeMembers } from '../../../platform/http/members-for-staff.ts';
import { readMembers } from './accounts.store.ts';
import { maskName } from './masking.rules.ts';

/** What staff see of members beside what these did: the login id, and the name masked. */
export function createDescribeMembers({ database }: { database: Database }): DescribeMembers {
  return async function describeMembers(ids) {
    const rows = await readMembers(database, { limit: ids.length, beforeId: undefined, ids });
    return new Map(
      rows.map(({ id, loginId, name }) => [id, { loginId, maskedName: maskName(name) }]),
    );
  };
}
