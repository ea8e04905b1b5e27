import { Type } from 'typebox';
import type { Id } from '../ids/id.ts';
import { idSchema, nullable } from './schemas.ts';
import type { ShopServer } from './shop-server.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The field of the answer, or of each of its items, in which staff are shown who a member is. */
    membersIn?: string;
  }
}

/** A member as the module knows it that answers: by id alone. */
export type MemberReference = { memberId: Id; loginId: null; maskedName: null };

export function memberReference(memberId: Id): MemberReference {
  return { memberId, loginId: null, maskedName: null };
}

export const MemberForStaffSchema = Type.Object(
  {
    memberId: idSchema(),
    loginId: nullable(Type.String({ examples: ['minji'] })),
    maskedName: nullable(
      Type.String({ description: 'First and last letter of the name', examples: ['김*지'] }),
    ),
  },
  { description: 'A member; nothing but the id when there is no such member any more' },
);

/** Gives what staff may see of members; those that are unknown are missing. */
export type DescribeMembers = (
  memberIds: readonly Id[],
) => Promise<Map<Id, { loginId: string; maskedName: string }>>;

/**
 * Completes the answers of a scope's routes that name `membersIn` in their config: one call for all the
 * members of an answer (decision 21).
 */
export function describeMembersIn(scope: ShopServer, describe: DescribeMembers): void {
  scope.addHook('preSerialization', async (request, _reply, payload) => {
    const field = request.routeOptions.config.membersIn;
    return field === undefined ? payload : completed(payload as Answer, field, describe);
  });
}

type Named = Record<string, unknown>;
type Answer = Named & { items?: Named[] };

async function completed(
  answer: Answer,
  field: string,
  describe: DescribeMembers,
): Promise<Answer> {
  const named = answer.items ?? [answer];
  const memberIds = new Set(named.flatMap((each) => idIn(each, field) ?? []));
  // A problem document names nobody.
  if (memberIds.size === 0) return answer;
  const known = await describe([...memberIds]);
  const complete = named.map((each) => {
    const memberId = idIn(each, field);
    const found = memberId === undefined ? undefined : known.get(memberId);
    return found ? { ...each, [field]: { memberId, ...found } } : each;
  });
  return answer.items ? { ...answer, items: complete } : { ...answer, ...complete[0] };
}

function idIn(named: Named, field: string): Id | undefined {
  return (named[field] as MemberReference | undefined)?.memberId;
}
