import { describe, expect, it } from 'vitest';
import { claimNote } from '../../../src/modules/order/flash-sales/issue-tickets.ts';
import { PendingAddresses } from '../../../src/modules/order/flash-sales/pending-addresses.ts';
import { ID_PATTERN } from '../../../src/platform/ids/id.ts';

describe('an address that waits for its ticket', () => {
  it('is found by its key as long as its request runs, and only then', async () => {
    const addresses = new PendingAddresses();
    const key = await addresses.during('{"detail":"3층"}', async (pending) => {
      expect(addresses.find(pending.key)).toBe(pending);
      return pending.key;
    });
    expect(addresses.find(key)).toBeUndefined();
  });

  it('is forgotten when its request fails, too', async () => {
    const addresses = new PendingAddresses();
    let key = '';
    const failing = addresses.during('{}', async (pending) => {
      key = pending.key;
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(addresses.find(key)).toBeUndefined();
  });

  it('does not go along with the claim, which has its key alone', async () => {
    await new PendingAddresses().during('{"detail":"3층"}', async (pending) => {
      expect(claimNote('toss', pending)).toMatch(new RegExp(`^toss ${ID_PATTERN.slice(1)}`));
    });
  });
});
