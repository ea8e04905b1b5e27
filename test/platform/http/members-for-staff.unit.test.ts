import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import {
  describeMembersIn,
  memberReference,
  type DescribeMembers,
} from '../../../src/platform/http/members-for-staff.ts';
import { sendProblem } from '../../../src/platform/http/problem-json.ts';
import { notFound } from '../../../src/platform/errors/problem.ts';
import { newId, type Id } from '../../../src/platform/ids/id.ts';

const [known, other, gone] = [newId(), newId(), newId()];
const NAMES = new Map([
  [known, { loginId: 'minji', maskedName: '김*지' }],
  [other, { loginId: 'minsu', maskedName: '남**수' }],
]);

/** What a route answers whose config says that it names members in `buyer`, or in nothing. */
async function answerOf(answer: () => unknown, membersIn: string | null = 'buyer') {
  const asked: (readonly Id[])[] = [];
  const describeMembers: DescribeMembers = async (ids) => {
    asked.push(ids);
    return new Map([...NAMES].filter(([id]) => ids.includes(id)));
  };
  const server = fastify();
  server.setErrorHandler(sendProblem);
  describeMembersIn(server, describeMembers);
  server.get('/', { config: membersIn === null ? {} : { membersIn } }, async () => answer());
  const response = await server.inject('/');
  await server.close();
  return { body: response.json(), asked };
}

describe('answers to staff that name members', () => {
  it('say who the one member is', async () => {
    const { body, asked } = await answerOf(() => ({ id: 1, buyer: memberReference(known) }));
    expect(body).toEqual({ id: 1, buyer: { memberId: known, ...NAMES.get(known) } });
    expect(asked).toEqual([[known]]);
  });

  it('say it for all items with one question, and keep what else they have', async () => {
    const members = [known, gone, other, known];
    const items = members.map((id, index) => ({ index, buyer: memberReference(id) }));
    const { body, asked } = await answerOf(() => ({ items, nextCursor: 'next' }));
    expect(body).toEqual({
      items: members.map((memberId, index) => {
        const name = NAMES.get(memberId) ?? { loginId: null, maskedName: null };
        return { index, buyer: { memberId, ...name } };
      }),
      nextCursor: 'next',
    });
    expect(asked).toEqual([[known, gone, other]]);
  });

  it.each([
    ['an empty list', () => ({ items: [], nextCursor: null })],
    ['an answer that names nobody', () => ({ id: 1 })],
    [
      'a problem',
      () => {
        throw notFound();
      },
    ],
  ])('ask nothing for %s', async (_what, answer) => {
    const { asked } = await answerOf(answer);
    expect(asked).toEqual([]);
  });

  it('stay as they are where the route does not ask for it', async () => {
    const answer = { buyer: memberReference(known) };
    const { body, asked } = await answerOf(() => answer, null);
    expect(body).toEqual(answer);
    expect(asked).toEqual([]);
  });
});
