import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Logger } from '../../../platform/logging/logger.ts';
import type { PaymentProvider } from './payments.rules.ts';
import { askSoon, compareSoon } from './payments.store.ts';

/** @param providerKey of the payment that the webhook names; undefined when it names none */
export type HearWebhook = (
  provider: PaymentProvider,
  providerKey: string | undefined,
) => Promise<void>;

/**
 * Takes a provider's webhook as the hint that it is: anyone can send one, so nothing in it is
 * believed, and the provider is asked about the payment instead: what became of it, or, once it is
 * paid, what has gone back of it. A webhook for a payment that nobody knows changes nothing.
 */
export function createHearWebhook(parts: {
  database: Database;
  clock: Clock;
  log: Logger;
}): HearWebhook {
  const { database, clock, log } = parts;

  return async function hearWebhook(provider, providerKey) {
    const isKnown =
      providerKey !== undefined &&
      ((await askSoon(database, provider, providerKey, clock.now())) ||
        (await compareSoon(database, provider, providerKey, clock.now())));
    if (!isKnown) log.info({ provider }, 'a webhook names no payment to ask about');
  };
}
