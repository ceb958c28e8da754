import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A hand-made fault: one change of one source file, which at least one of the named tests must notice. */
export interface Fault {
  /** What is wrong then, in words. */
  readonly name: string;
  /** Path from the root. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Paths from the root: the suites that are there to notice it, as few as possible. */
  readonly tests: readonly string[];
}

/** The faulty text; undefined unless what the fault replaces stands exactly once in `text`. */
export function faulty({ find, replace }: Fault, text: string): string | undefined {
  const [before, after, ...more] = text.split(find);
  return after === undefined || more.length > 0 ? undefined : before + replace + after;
}

/** Whether what it replaces stands there exactly once, and its tests exist. */
export function fits(fault: Fault, root: string): boolean {
  const exist = [fault.file, ...fault.tests].every((file) => existsSync(join(root, file)));
  return exist && faulty(fault, readFileSync(join(root, fault.file), 'utf8')) !== undefined;
}
