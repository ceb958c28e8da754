import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadBuiltIn } from './builtIn';
import { loadStudy, STUDY_FILE } from './load';
import type { Study } from './types';

/**
 * The study that is named; else `assay/` in a folder or the nearest one above it; else the one that comes with this package.
 *
 * @throws AssayError as {@link loadStudy}
 */
export async function findStudy(named?: string, from: string = process.cwd()): Promise<Study> {
  if (named !== undefined) return loadStudy(named);
  const near = nearestFolder(resolve(from));
  return near === undefined ? loadBuiltIn() : loadStudy(near);
}

function nearestFolder(folder: string): string | undefined {
  const candidate = join(folder, 'assay');
  if (existsSync(join(candidate, STUDY_FILE))) return candidate;
  const above = dirname(folder);
  return above === folder ? undefined : nearestFolder(above);
}
