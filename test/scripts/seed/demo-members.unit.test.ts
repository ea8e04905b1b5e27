import { describe, expect, test } from 'vitest';
import { demoMembers, demoShopper, type DemoMember } from '../../../scripts/seed/demo-members.ts';

const members = [...demoMembers(12_000)];
const breaking = (rule: (member: DemoMember) => boolean) => members.filter((it) => !rule(it));

describe('demonstration members', () => {
  test('begin with the shopper who can try everything', () => {
    expect(members[0]).toEqual(demoShopper);
    expect(demoShopper).toMatchObject({ loginId: 'demo', freeAmount: 1_000_000 });
    expect([...demoMembers(0)]).toEqual([]);
  });

  test('are as many as asked for, and the same each time', () => {
    expect(members).toHaveLength(12_000);
    expect([...demoMembers(50)]).toEqual(members.slice(0, 50));
  });

  test.each(['loginId', 'email', 'phone'] as const)('never share a %s', (field) => {
    expect(new Set(members.map((member) => member[field])).size).toBe(members.length);
  });

  test('can register: their fields have the form that the shop asks for', () => {
    expect(breaking(({ loginId }) => /^[a-z0-9_.-]{4,50}$/u.test(loginId))).toEqual([]);
    expect(breaking(({ name }) => /^[가-힣]{2,4}$/u.test(name))).toEqual([]);
  });

  test('can be reached by nobody: no such numbers and mailboxes exist', () => {
    expect(breaking(({ phone }) => /^010-0\d{3}-\d{4}$/u.test(phone))).toEqual([]);
    expect(breaking(({ email, loginId }) => email === `${loginId}@example.com`)).toEqual([]);
  });

  test('have whole amounts of free pay money', () => {
    expect(breaking(({ freeAmount }) => freeAmount >= 0 && freeAmount % 1_000 === 0)).toEqual([]);
  });
});
