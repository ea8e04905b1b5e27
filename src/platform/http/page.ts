import type { Id } from '../ids/id.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

export type PageRequest = { limit: number; cursor?: string };
export type Page<Item> = { items: Item[]; nextCursor: string | null };

/**
 * A page of a list that is ordered by id. Reads one item more than asked for, which tells whether
 * another page follows without counting.
 * @param read gives up to `limit` items after the one with `afterId`
 */
export async function page<Item extends { id: Id }>(
  request: PageRequest,
  read: (limit: number, afterId: Id | undefined) => Promise<Item[]>,
): Promise<Page<Item>> {
  const afterId =
    request.cursor === undefined ? undefined : String(decodeCursor(request.cursor, ['id'])[0]);
  return cutPage(await read(request.limit + 1, afterId), request.limit, (item) => [item.id]);
}

/** Cuts what was read to the page's size, and makes the cursor of the last item that stays. */
export function cutPage<Item>(
  read: Item[],
  limit: number,
  sortValues: (item: Item) => (string | number)[],
): Page<Item> {
  const items = read.slice(0, limit);
  const last = items.at(-1);
  const more = read.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor(sortValues(last)) : null };
}
