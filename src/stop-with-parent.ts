const CHECK_MS = 250;

/**
 * Calls `stop` when the process that started this one is gone. npm ends at once when it is killed and
 * leaves what it started behind, where the port and the data folder would stay taken. (package.json
 * says `exec`, or the parent would be a shell that survives npm.)
 */
export function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, CHECK_MS);
  timer.unref();
}
