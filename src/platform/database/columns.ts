import { sql } from 'drizzle-orm';
import { bigint, customType, datetime } from 'drizzle-orm/mysql-core';
import { idFromBytes, idToBytes, type Id } from '../ids/id.ts';
import type { Krw } from '../money/krw.ts';

/** A UUIDv7, stored in 16 bytes. */
export const id = customType<{ data: Id; driverData: Uint8Array }>({
  dataType: () => 'binary(16)',
  toDriver: (value) => idToBytes(value),
  fromDriver: (value) => idFromBytes(value),
});

/** 32 bytes of a hash. */
export const sha256 = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'binary(32)',
});

/** Text that somebody else made up: compared as it is, where the servers' default ignores case. */
export const exactText = (name: string, length: number) =>
  customType<{ data: string }>({
    dataType: () => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  })(name);

/** Whole won. */
export const krw = (name: string) => bigint(name, { mode: 'number' }).$type<Krw>();

/** A moment in UTC with milliseconds. */
export const moment = (name: string) => datetime(name, { mode: 'date', fsp: 3 });

/**
 * A moment that the database writes itself. (drizzle's defaultNow() forgets the precision, and both
 * servers then refuse the column.)
 */
export const createdMoment = (name: string) =>
  moment(name)
    .notNull()
    .default(sql`CURRENT_TIMESTAMP(3)`);
