import type { AssayError } from '../base/errors';

let isPrinted = false;

/** Says an error to a program that asked for JSON, if nothing was printed: one call prints one document. */
export function printJsonError({ code, facts }: AssayError): void {
  if (!isPrinted) printJson({ error: { code, ...facts } });
}

/** Prints JSON for programs; a number that JSON cannot say is the string that `run.json` has for it: `"NaN"`, `"Infinity"`. */
export function printJson(value: unknown): void {
  isPrinted = true;
  const text = JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'number' && !Number.isFinite(part) ? String(part) : part),
    2,
  );
  process.stdout.write(`${text}\n`);
}
