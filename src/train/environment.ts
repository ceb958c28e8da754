import { cpus } from 'node:os';
import type { Environment } from '../log/record';
import { packageVersion } from '../version';

/** What this machine and this process are. */
export function currentEnvironment(): Omit<
  Environment,
  'threads' | 'vectorWidth' | 'startedAt' | 'elapsedMs'
> {
  const { node, v8 } = process.versions;
  return {
    versions: { assay: packageVersion(), node, v8 },
    platform: process.platform,
    arch: process.arch,
    cpu: cpus()[0]?.model ?? 'unknown',
  };
}
