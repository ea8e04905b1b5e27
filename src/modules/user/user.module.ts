import { resolve, type Container } from '../../platform/container/container.ts';
import type { ShopModule } from '../../platform/container/shop-module.ts';
import {
  CLOCK,
  DATABASE,
  IN_TRANSACTION,
  SIGN_ACCESS_TOKEN,
} from '../../platform/container/tokens.ts';
import type { DescribeMembers } from '../../platform/http/members-for-staff.ts';
import { accountAdminRoutes, accountRoutes } from './accounts/accounts.routes.ts';
import { findAdminAccount, findMemberAccount } from './accounts/accounts.store.ts';
import { createDescribeMembers } from './accounts/describe-members.ts';
import { createEnsureOwner, type EnsureOwner } from './accounts/ensure-owner.ts';
import { createImportMembers, type ImportMembers } from './accounts/import-members.ts';
import { createListMembers } from './accounts/list-members.ts';
import { createRegisterMember } from './accounts/register-member.ts';
import { createRepublishMembers, type RepublishMembers } from './accounts/republish-members.ts';
import { createShowMember } from './accounts/show-member.ts';
import { createExpirePoints } from './points/expire-points.ts';
import { createGrantPoints } from './points/grant-points.ts';
import { createListPointEntries } from './points/list-point-entries.ts';
import { pointsAdminRoutes, pointsRoutes } from './points/points.routes.ts';
import { createShowPoints } from './points/show-points.ts';
import { createForgetExpiredTokens } from './sessions/forget-expired-tokens.ts';
import { createLogIn } from './sessions/log-in.ts';
import { createLogOut } from './sessions/log-out.ts';
import { createRefreshSession } from './sessions/refresh-session.ts';
import { createIssueTokens } from './sessions/session-tokens.ts';
import { sessionAdminRoutes, sessionRoutes } from './sessions/sessions.routes.ts';
import { createGrantWallet } from './wallet/grant-wallet.ts';
import { keepFundsForOrders, spendFundsOnPaidOrders } from './wallet/keep-funds-for-orders.ts';
import { createListWalletEntries } from './wallet/list-wallet-entries.ts';
import { createShowWallet } from './wallet/show-wallet.ts';
import { walletAdminRoutes, walletRoutes } from './wallet/wallet.routes.ts';

const HOUR_MS = 3_600_000;

export type UserModule = ShopModule & {
  /** At the start, when the configuration names an owner. */
  ensureOwner: EnsureOwner;
  /** For answers to staff that name members (decision 21). */
  describeMembers: DescribeMembers;
  /** For demonstration data. */
  importMembers: ImportMembers;
  /** For scripts. */
  republishMembers: RepublishMembers;
};

export function wireUser(container: Container): UserModule {
  const database = resolve(container, DATABASE);
  const inTransaction = resolve(container, IN_TRANSACTION);
  const clock = resolve(container, CLOCK);
  const signAccessToken = resolve(container, SIGN_ACCESS_TOKEN);

  const issueTokens = createIssueTokens({ clock, signAccessToken });
  const showMember = createShowMember({ database });
  const showWallet = createShowWallet({ database });
  const showPoints = createShowPoints({ database, clock });

  const routes = [
    accountRoutes({
      registerMember: createRegisterMember({ inTransaction, issueTokens }),
      showMember,
    }),
    sessionRoutes({
      logInMember: createLogIn({
        database,
        inTransaction,
        findAccount: findMemberAccount,
        issueTokens,
      }),
      refreshSession: createRefreshSession({ inTransaction, clock, issueTokens }),
      logOut: createLogOut({ inTransaction }),
    }),
    walletRoutes({ showWallet, listWalletEntries: createListWalletEntries({ database }) }),
    pointsRoutes({ showPoints, listPointEntries: createListPointEntries({ database }) }),
  ];
  const adminRoutes = [
    accountAdminRoutes({
      listMembers: createListMembers({ database }),
      showMember,
      showWallet,
      showPoints,
    }),
    sessionAdminRoutes({
      logInAdmin: createLogIn({
        database,
        inTransaction,
        findAccount: findAdminAccount,
        issueTokens,
      }),
    }),
    walletAdminRoutes({ grantWallet: createGrantWallet({ database, inTransaction }) }),
    pointsAdminRoutes({ grantPoints: createGrantPoints({ database, inTransaction, clock }) }),
  ];

  return {
    consumers: [keepFundsForOrders, spendFundsOnPaidOrders],
    routes: (scope) => routes.forEach((add) => add(scope)),
    adminRoutes: (scope) => adminRoutes.forEach((add) => add(scope)),
    ensureOwner: createEnsureOwner({ database }),
    describeMembers: createDescribeMembers({ database }),
    importMembers: createImportMembers({ inTransaction }),
    republishMembers: createRepublishMembers({ database, inTransaction }),
    chores: [
      {
        name: 'forget-expired-tokens',
        everyMs: HOUR_MS,
        run: createForgetExpiredTokens({ database, clock }),
      },
      {
        name: 'expire-points',
        everyMs: HOUR_MS,
        run: createExpirePoints({ database, inTransaction, clock }),
      },
    ],
  };
}
