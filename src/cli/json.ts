/** Prints JSON for programs; a number that JSON cannot say is the string that `run.json` has for it: `"NaN"`, `"Infinity"`. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'number' && !Number.isFinite(part) ? String(part) : part),
    2,
  );
  process.stdout.write(`${text}\n`);
}
