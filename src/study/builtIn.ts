import { packagePath } from '../base/paths';
import { loadStudy } from './load';
import type { Study } from './types';

const FOLDER = packagePath('spec/lr-experiment');

/** The study that comes with this package, where nobody named another. */
export async function loadBuiltIn(): Promise<Study> {
  return { ...(await loadStudy(FOLDER)), isDefault: true };
}
