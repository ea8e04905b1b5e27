import type { Config } from './platform/config/config.ts';
import { DEMO_LOGIN_ID, DEMO_PASSWORD } from '../scripts/seed/demo-login.ts';

/** What a person who has just started the shop wants to know. */
export function welcome(config: Config, address: string): string[] {
  const lines = [`  shop      ${address}/api/v1/products`, `  docs      ${address}/docs`];
  if (config.seed.demo)
    lines.push(`  shopper   loginId ${DEMO_LOGIN_ID}, password ${DEMO_PASSWORD}`);
  lines.push(
    config.owner
      ? `  owner     loginId ${config.owner.loginId}`
      : '  owner     none yet: start with SHOP_OWNER_LOGIN_ID and SHOP_OWNER_PASSWORD to create one',
  );
  return lines;
}
