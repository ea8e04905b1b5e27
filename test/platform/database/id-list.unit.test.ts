import { describe, expect, it } from 'vitest';
import { idList } from '../../../src/platform/database/id-list.ts';
import { idToBytes, newId } from '../../../src/platform/ids/id.ts';

const idsOf = (howMany: number) => Array.from({ length: howMany }, newId);

describe('a list of ids', () => {
  it('names each id, and no other', () => {
    const ids = idsOf(5);
    const { values } = idList(ids);
    expect(new Set(values.map(String))).toEqual(new Set(ids.map((id) => String(idToBytes(id)))));
  });

  it('has few lengths, so that few statements are prepared', () => {
    const lengths = [1, 2, 3, 4, 5, 8, 9, 500, 512, 513].map((n) => idList(idsOf(n)).values.length);
    expect(lengths).toEqual([1, 2, 4, 4, 8, 8, 16, 512, 512, 1024]);
  });

  it('has a place in SQL for each of its values', () => {
    const { sql, values } = idList(idsOf(3));
    expect(sql).toBe('(?, ?, ?, ?)');
    expect(values).toHaveLength(4);
  });

  it('is never empty: IN () is no SQL', () => {
    expect(() => idList([])).toThrow('at least one');
  });
});
