/** An answer of the shop, with its body parsed. */
// Tests look into bodies of every shape, and a wrong path fails the expectation that reads it.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer<Body = any> = {
  status: number;
  headers: Headers;
  body: Body;
};

export type RequestOptions = {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
};

export type ApiClient = ReturnType<typeof createApiClient>;

/** Speaks to a running shop as any client would. Paths are below /api/v1. */
export function createApiClient(baseUrl: string) {
  async function send(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { token, body, headers } = options;
    const response = await fetch(`${baseUrl}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  return {
    get: (path: string, options?: RequestOptions) => send('GET', path, options),
    post: (path: string, options?: RequestOptions) => send('POST', path, options),
    patch: (path: string, options?: RequestOptions) => send('PATCH', path, options),
    put: (path: string, options?: RequestOptions) => send('PUT', path, options),
    delete: (path: string, options?: RequestOptions) => send('DELETE', path, options),
  };
}
