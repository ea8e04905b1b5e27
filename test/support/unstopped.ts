/** For chores that are run by hand: nothing asks them to stop. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;
