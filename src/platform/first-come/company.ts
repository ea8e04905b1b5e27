/**
 * How long an idle drain looks out for more, in milliseconds, each time after which it reads again:
 * claims of other instances come unannounced. Ending it and starting another job costs about as much.
 */
const LOOKOUTS_MS = [2, 4, 8];

/** Tells a drain that has nothing left whether more is coming. */
export class Company {
  #isAnnounced = false;
  #idleLooks = 0;
  #wake: (() => void) | undefined;

  /** Something was added just now, in this process. */
  announce(): void {
    this.#isAnnounced = true;
    this.#wake?.();
  }

  /** What was announced so far will be seen by the look that begins. */
  beginLooking(): void {
    this.#isAnnounced = false;
  }

  /** The look found something: the next empty one begins to count anew. */
  found(): void {
    this.#idleLooks = 0;
  }

  /** Called after a look that found nothing: true when it is time for another one. */
  async comes(): Promise<boolean> {
    if (this.#isAnnounced) return true;
    const pauseMs = LOOKOUTS_MS[this.#idleLooks];
    if (pauseMs === undefined) return false;
    this.#idleLooks += 1;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    return true;
  }
}
