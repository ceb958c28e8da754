import type { AssayError } from '../base/errors';
import { jsonText } from '../base/json';

let isPrinted = false;

/** Says an error to a program that asked for JSON, if nothing was printed: one call prints one document. */
export function printJsonError({ code, facts }: AssayError): void {
  if (!isPrinted) printJson({ error: { code, ...facts } });
}

/** Prints JSON for programs. */
export function printJson(value: unknown): void {
  isPrinted = true;
  process.stdout.write(jsonText(value));
}
