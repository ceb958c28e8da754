import { join } from 'pathe';

/** What `base/paths` is in a browser: paths are POSIX's. */
export { basename, dirname, extname, join, relative } from 'pathe';

/** Where the package seems to lie. */
const ROOT = '/assay';

export function packagePath(...parts: readonly string[]): string {
  return join(ROOT, ...parts);
}
