import { demoShopper } from './demo-members.ts';

/** How to log in as the demonstration shopper. Every demonstration member has this password. */
export const DEMO_LOGIN_ID = demoShopper.loginId;
export const DEMO_PASSWORD = 'seonchak-demo';
