import type { Config } from '../config/config.ts';
import { createKakaopayGateway } from './kakaopay-gateway.ts';
import type { PaymentGateway, PaymentProviderName } from './payment-gateway.ts';
import { createTossGateway } from './toss-gateway.ts';

export type PaymentGateways = ReadonlyMap<PaymentProviderName, PaymentGateway>;

/** The providers whose secret key is configured; the others are not there. */
export function createPaymentGateways(payments: Config['payments']): PaymentGateways {
  const { toss, kakaopay, storefrontUrl, callTimeoutMs } = payments;
  const gateways = new Map<PaymentProviderName, PaymentGateway>();
  if (toss) gateways.set('toss', createTossGateway({ ...toss, callTimeoutMs }));
  if (kakaopay) {
    gateways.set('kakaopay', createKakaopayGateway({ ...kakaopay, storefrontUrl, callTimeoutMs }));
  }
  return gateways;
}
