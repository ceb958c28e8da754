import { existsSync, readFileSync } from 'node:fs';
import { packagePath } from './paths';

/** This package's version, as its package.json says. */
export function packageVersion(): string {
  const text = readFileSync(packagePath('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The commit that this package was built from, as `npm run build` noted it: `-dirty` is what was changed since; undefined where none is known. */
export function packageCommit(): string | undefined {
  const path = packagePath('dist/commit');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
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
