import { readPackageText } from './files';

/** This package's version, as its package.json says. */
export function packageVersion(): string {
  return (JSON.parse(readPackageText('package.json')) as { version: string }).version;
}

/**
 * Raised whenever a change of docs/numerics.md changes the bits of runs: results of two versions of the same number are the same,
 * whatever else has changed between them.
 */
const NUMERICS = 1;

let ofThisProcess: string | undefined;

/** What a result must have been computed by to be the same as one computed here; what is installed meanwhile does not count. */
export function codeVersion(): string {
  ofThisProcess ??= `assay ${packageVersion()}, numerics ${NUMERICS}`;
  return ofThisProcess;
}
