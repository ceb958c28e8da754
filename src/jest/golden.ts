import { join } from 'node:path';
import { AssayError } from '../errors';
import { readGolden, readManifest } from '../judge/golden';
import type { RunRecord } from '../log/record';

const FOLDER = join(__dirname, '../../golden/lr-experiment');

/**
 * An approved run that comes with assay, such as `digit-classifier/mnist-lr0.001-full`.
 *
 * @throws AssayError `usage` when there is none of that name; `golden-invalid`
 */
export async function goldenRun(name: string): Promise<RunRecord> {
  const { goldens } = await readManifest(FOLDER);
  const entry = goldens.find((golden) => golden.name === name);
  if (entry !== undefined) return (await readGolden(FOLDER, entry)).record;
  throw new AssayError('usage', {
    what: 'no such golden run',
    where: 'goldenRun',
    expected: goldens.map((golden) => golden.name).join(', '),
    got: name,
  });
}
