import { join } from 'node:path';

export { basename, dirname, extname, join, relative } from 'node:path';

/** The folder of this package: at the same distance from `src/base` and from `dist/base`. */
const ROOT = join(__dirname, '../..');

/** A file or folder of this package. */
export function packagePath(...parts: readonly string[]): string {
  return join(ROOT, ...parts);
}
