import type { ApiClient } from './api-client.ts';

/**
 * Reads a list page by page until there is no next one, and gives the pages. Throws when a page is
 * refused, or when the list seems to have no end.
 */
export async function walkPages(
  api: ApiClient,
  path: string,
  options: { token?: string | undefined; limit: number },
): Promise<{ id: string }[][]> {
  const pages: { id: string }[][] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({
      limit: String(options.limit),
      ...(cursor === null ? {} : { cursor }),
    });
    const join = path.includes('?') ? '&' : '?';
    // Each page names the next one.
    const answer = await api.get(`${path}${join}${query.toString()}`, { token: options.token });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    pages.push(answer.body.items);
    cursor = answer.body.nextCursor;
    if (pages.length > 1000) throw new Error(`${path} has no end`);
  } while (cursor !== null);
  return pages;
}

/** The ids of a list, in its order, read page by page. */
export async function walkIds(
  api: ApiClient,
  path: string,
  options: { token?: string | undefined; limit: number },
): Promise<string[]> {
  return (await walkPages(api, path, options)).flat().map((item) => item.id);
}
