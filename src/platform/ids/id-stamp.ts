/** The time and the counter of an id: the part that puts it after the ids before it. */
export type IdStamp = {
  /** Milliseconds since 1970. */
  msecs: number;
  /** 32 bits. */
  seq: number;
};

const LAST_SEQ = 0xffff_ffff;

/**
 * Moves the stamp on to the next id's, which is always above the one before (RFC 9562, section 6.2,
 * method 1). While the time stands still or is behind, the counter goes on at the last millisecond;
 * a counter that is full takes the next millisecond. So no step back of the time is waited for.
 * @param nowMs milliseconds since 1970
 * @param random 32 random bits
 */
export function moveOn(stamp: IdStamp, nowMs: number, random: number): void {
  if (nowMs > stamp.msecs) begin(stamp, nowMs, random);
  else if (stamp.seq < LAST_SEQ) stamp.seq += 1;
  else begin(stamp, stamp.msecs + 1, random);
}

function begin(stamp: IdStamp, msecs: number, random: number): void {
  stamp.msecs = msecs;
  // Half of the range is left for counting up within the millisecond.
  stamp.seq = random >>> 1;
}
