import { constants } from 'node:buffer';
import { arch, cpus, platform, totalmem } from 'node:os';

/** Of this machine, in bytes. */
export const MEMORY_BYTES = totalmem();

/** The largest array that this runtime makes, in bytes. */
export const MOST_ARRAY_BYTES = constants.MAX_LENGTH;

/** What this process runs on, with the names and versions that Node gives. */
export function machine(): {
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  readonly cpu: string;
} {
  return {
    versions: process.versions,
    platform: platform(),
    arch: arch(),
    cpu: cpus()[0]?.model ?? 'unknown',
  };
}
