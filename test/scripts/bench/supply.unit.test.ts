import { describe, expect, it } from 'vitest';
import { faultOfSupply } from '../../../scripts/bench/measure.ts';

const messages = Array.from({ length: 100 }, () => ({ headers: {} }));

describe('messages that may be sent once in a round', () => {
  it('suffice while there are more than answers and requests on their way', () => {
    const once = { messages, isSentOnce: true };
    expect(faultOfSupply(once, { answered: 89 }, 10)).toBeUndefined();
    expect(faultOfSupply(once, { answered: 90 }, 10)).toContain('ran out of messages');
  });

  it('are the only ones that can run out', () => {
    expect(faultOfSupply({ messages }, { answered: 1000 }, 10)).toBeUndefined();
  });
});
