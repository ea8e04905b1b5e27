import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OrderNews } from '../../../src/modules/order/order-news.ts';
import { createFollowOrder } from '../../../src/modules/order/reading/follow-order.ts';
import type { OrderView } from '../../../src/modules/order/reading/order-view.ts';
import { notFound } from '../../../src/platform/errors/problem.ts';

const ORDER = '01942f3c-7a10-7c3e-9d51-3f0b6a1c2d4e';
const MEMBER = '01942f3c-7a10-7c3e-9d51-000000000000';
const QUARTER_OF_AN_HOUR_MS = 15 * 60_000;

describe('following an order', () => {
  let news: OrderNews;
  let looks: number;
  let shown: () => OrderView;
  let leaving: AbortController;
  let views: AsyncGenerator<OrderView>;

  const show = (state: OrderView['state']) => {
    shown = () => ({ id: ORDER, state, refunds: [] as OrderView['refunds'] }) as OrderView;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    news = new OrderNews();
    looks = 0;
    leaving = new AbortController();
    const follow = createFollowOrder({
      news,
      clock: { now: () => new Date(), nowMs: () => Date.now() },
      showOrders: {
        one: async () => {
          looks += 1;
          return shown();
        },
        list: async () => {
          throw new Error('not expected');
        },
      },
    });
    views = follow(ORDER, MEMBER, leaving.signal);
    show('payment_due');
  });
  afterEach(() => {
    leaving.abort();
    vi.useRealTimers();
  });

  const stateOf = async (view: Promise<IteratorResult<OrderView>>) => (await view).value?.state;

  it('shows what has changed when it is told, without waiting', async () => {
    expect(await stateOf(views.next())).toBe('payment_due');
    const next = views.next();
    show('paid');
    news.tellChange(ORDER);
    expect(await stateOf(next)).toBe('paid');
    expect(looks).toBe(2);
  });

  it('shows nothing twice', async () => {
    await views.next();
    const next = views.next();
    for (let round = 0; round < 5; round += 1) {
      news.tellChange(ORDER);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(looks).toBeGreaterThan(5);
    show('cancelled');
    news.tellChange(ORDER);
    expect(await stateOf(next)).toBe('cancelled');
    expect(await views.next()).toMatchObject({ done: true });
  });

  it('misses no change that comes while it looks', async () => {
    await views.next();
    const next = views.next();
    const before = shown;
    shown = () => {
      show('confirming');
      news.tellChange(ORDER);
      return before();
    };
    news.tellChange(ORDER);
    expect(await stateOf(next)).toBe('confirming');
  });

  it('looks by itself for what other instances do', async () => {
    await views.next();
    const next = views.next();
    show('paid');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await stateOf(next)).toBe('paid');
  });

  it('ends after a quarter of an hour', async () => {
    await views.next();
    const next = views.next();
    await vi.advanceTimersByTimeAsync(QUARTER_OF_AN_HOUR_MS);
    expect(await next).toMatchObject({ done: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the follower leaves, and leaves nothing behind', async () => {
    await views.next();
    const next = views.next();
    leaving.abort();
    expect(await next).toMatchObject({ done: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails before its first view when there is no such order', async () => {
    shown = () => {
      throw notFound();
    };
    await expect(views.next()).rejects.toMatchObject({ code: 'not_found' });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['completed', 'cancelled', 'failed', 'expired'] as const)(
    'ends with an order that is %s',
    async (state) => {
      show(state);
      expect(await stateOf(views.next())).toBe(state);
      expect(await views.next()).toMatchObject({ done: true });
    },
  );
});
