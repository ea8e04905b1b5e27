/** Moments that are remembered: those of the batches that are under way. */
const MOST = 64;
const texts = new Map<number, string>();

/**
 * A moment as events and answers write it: ISO 8601, UTC, milliseconds. All that happens in a batch
 * has the same moment, so its text is made once, and not once for every order.
 */
export function isoMoment(moment: Date): string {
  const ms = moment.getTime();
  let text = texts.get(ms);
  if (text === undefined) {
    text = moment.toISOString();
    if (texts.size >= MOST) texts.clear();
    texts.set(ms, text);
  }
  return text;
}
