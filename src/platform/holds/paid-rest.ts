/**
 * How long the lanes rest in which the holds of paid orders become final, in milliseconds. The order is
 * decided: nobody waits for it, and together they cost less.
 */
export const PAID_REST_MS = 100;
