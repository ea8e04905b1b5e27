import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import type { Database } from '../../../platform/database/database.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import type { Id } from '../../../platform/ids/id.ts';
import { refreshTokens } from '../user.tables.ts';

export type NewRefreshToken = {
  tokenHash: Buffer;
  familyId: Id;
  subjectId: Id;
  subjectKind: 'member' | 'admin';
  expiresAt: Date;
};

/** Stores a token; by itself, or in the transaction that spends the one before it. */
export async function insertRefreshToken(
  { orm }: Pick<Database | Transaction, 'orm'>,
  token: NewRefreshToken,
): Promise<void> {
  await orm.insert(refreshTokens).values(token);
}

/**
 * Spends a token that is neither spent nor expired. The condition stands in the UPDATE itself: of
 * two refreshes at once, the second waits for the first and then finds nothing to spend.
 */
export async function spendRefreshToken(
  tx: Transaction,
  tokenHash: Buffer,
  now: Date,
): Promise<boolean> {
  const [result] = await tx.orm
    .update(refreshTokens)
    .set({ spentAt: now })
    .where(
      and(
        eq(refreshTokens.tokenHash, tokenHash),
        isNull(refreshTokens.spentAt),
        gt(refreshTokens.expiresAt, now),
      ),
    );
  return result.affectedRows === 1;
}

export type RefreshTokenRow = typeof refreshTokens.$inferSelect;

export async function findRefreshToken(
  tx: Transaction,
  tokenHash: Buffer,
): Promise<RefreshTokenRow | undefined> {
  const [row] = await tx.orm
    .select()
    .from(refreshTokens)
    .where(eq(refreshTokens.tokenHash, tokenHash));
  return row;
}

/**
 * Ends a session: none of its tokens works any more. Deletes until nothing is left, because a
 * refresh that commits while a DELETE waits for its row adds a token that this DELETE may have
 * passed already, and that would outlive its session.
 */
export async function deleteFamily(tx: Transaction, familyId: Id): Promise<void> {
  for (;;) {
    // One after the other on purpose.
    const [result] = await tx.orm.delete(refreshTokens).where(eq(refreshTokens.familyId, familyId));
    if (result.affectedRows === 0) return;
  }
}

/** Deletes up to `limit` tokens that expired before `now`; gives how many there were. */
export async function deleteExpiredTokens(
  database: Database,
  now: Date,
  limit: number,
): Promise<number> {
  const [result] = await database.orm
    .delete(refreshTokens)
    .where(lt(refreshTokens.expiresAt, now))
    .limit(limit);
  return result.affectedRows;
}
