import { jsonText } from '../base/json';

/** Prints JSON for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(jsonText(value));
}
