import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AssayError } from '../base/errors';

/**
 * Refuses to write over what is read.
 *
 * @param outputs of options, by their names; undefined where one is not given
 * @throws AssayError `usage`
 */
export async function checkOutFiles(
  outputs: Readonly<Record<string, string | undefined>>,
  inputs: readonly string[],
): Promise<void> {
  const read = new Set(await Promise.all(inputs.map(realPathOf)));
  const written = new Map<string, string>();
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const real = await realPathOf(path);
    const other = read.has(real) ? 'a file that is read' : written.get(real);
    if (other !== undefined) {
      const expected = 'another file: nothing is overwritten that was given';
      throw new AssayError('usage', { what: `${option} names ${other}`, where: path, expected });
    }
    written.set(real, `the file of ${option}`);
  }
}

/** Links resolved, as far as there is something. */
function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
