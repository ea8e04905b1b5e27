import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/platform/idempotency/canonical-json.ts';

const canonical = (text: string) => canonicalJson(JSON.parse(text));

describe('the canonical form of a body', () => {
  it.each([
    ['members in another order', '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['members in another order, deep inside', '[{"a":{"b":1,"c":2}}]', '[{"a":{"c":2,"b":1}}]'],
    ['members named by numbers', '{"10":1,"9":2,"a":3}', '{"a":3,"9":2,"10":1}'],
    ['white space', '{"a":[1,2]}', ' { "a" : [ 1 , 2 ] } '],
    ['numbers written otherwise', '[1,100,0,0.5]', '[1.0,1e2,-0,5E-1]'],
    ['escapes', '{"name":"김/\\n"}', '{"name":"\\uae40\\/\\u000a"}'],
  ])('is the same for %s', (_what, one, other) => {
    expect(canonical(one)).toBe(canonical(other));
  });

  it.each([
    ['items in another order', '[1,2]', '[2,1]'],
    ['a number and its text', '{"a":1}', '{"a":"1"}'],
    ['a member that is null and none', '{"a":null}', '{}'],
    ['a list and an object', '["a"]', '{"0":"a"}'],
    ['a member in another place', '{"a":{"b":1},"c":{}}', '{"a":{},"c":{"b":1}}'],
    ['text that looks like another member', '{"a":"1,\\"b\\":2"}', '{"a":"1","b":2}'],
    ['letters that only look alike', '"é"', '"e\u0301"'],
  ])('tells %s apart', (_what, one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });
});
