import { AssayError } from '../base/errors';
import { readGolden, readManifest } from '../judge/golden';
import type { RunRecord } from '../run/record';
import { findStudy } from '../study/find';

export interface StudyOptions {
  /** Folder of the study; default: `assay/` here or in a folder above, else the one that comes with assay. */
  readonly study?: string;
}

/**
 * An approved run of a study, such as `digit-classifier/synthetic-lr0.001-full`.
 *
 * @throws AssayError `usage` when there is none of that name; `golden-invalid`, `study-invalid`
 */
export async function goldenRun(name: string, { study }: StudyOptions = {}): Promise<RunRecord> {
  const { golden: folder } = await findStudy(study);
  const { goldens } = await readManifest(folder);
  const entry = goldens.find((golden) => golden.name === name);
  if (entry !== undefined) return (await readGolden(folder, entry)).record;
  throw new AssayError('usage', {
    what: 'no such golden run',
    where: 'goldenRun',
    expected: goldens.map((golden) => golden.name).join(', '),
    got: name,
  });
}
