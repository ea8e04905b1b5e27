/** Prints a line for the person who runs the script. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
