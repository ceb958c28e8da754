import { isInPackage, readPackageText } from './files';

/** This package's version, as its package.json says. */
export function packageVersion(): string {
  return (JSON.parse(readPackageText('package.json')) as { version: string }).version;
}

/** The commit that this package was built from, as `npm run build` noted it: `-dirty` is what was changed since; undefined where none is known. */
export function packageCommit(): string | undefined {
  return isInPackage('dist/commit') ? readPackageText('dist/commit').trim() : undefined;
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
