/**
 * Ends a switch that covers every case. The compiler refuses the call when one is missing; what gets
 * here all the same came from outside the types (a token, a database of another build) and must not
 * pass for an answer.
 */
export function impossible(value: never): never {
  throw new TypeError(`this case was never meant to be: ${JSON.stringify(value)}`);
}
