/**
 * How long the holds of a paid order may wait for those of others before they become final, in
 * milliseconds. The order is decided: nobody waits for it, and together they cost a fraction.
 */
export const PAID_PATIENCE_MS = 100;
