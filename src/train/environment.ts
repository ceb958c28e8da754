import type { Environment, Versions } from '../run/record';
import { machine } from '../base/machine';
import { packageVersion } from '../base/version';

/** What this machine and this process are. */
export function currentEnvironment(): Pick<Environment, 'versions' | 'platform' | 'arch' | 'cpu'> {
  const { versions, ...rest } = machine();
  return { versions: { assay: packageVersion(), ...runtimeOf(versions) }, ...rest };
}

/**
 * The runtime of a process. Bun and Deno state a version of Node, too: that which they are compatible with.
 *
 * @param versions as `process.versions` has them
 */
export function runtimeOf({
  node,
  bun,
  deno,
  v8,
}: Readonly<Record<string, string | undefined>>): Omit<Versions, 'assay'> {
  if (bun !== undefined) return { bun };
  return deno === undefined ? { node, v8 } : { deno, v8 };
}
