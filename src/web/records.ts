import { AssayError } from '../base/errors';
import { isThere, readFileOrFail } from '../base/files';
import { join, packagePath } from '../base/paths';
import { textOfBytes } from '../base/utf8';
import { isRecordText, parseRunRecord, type RunRecord } from '../run/record';

/** Where the studies and experiments that come with assay are; by its whole name, as a folder that was dropped may be called `spec`, too. */
export const BUILT_IN_STUDIES = packagePath('spec');

/** The record that a path stands for; undefined where it is none. */
export async function recordOf(path: string): Promise<RunRecord | undefined> {
  const file = (await isThere(path, 'file')) ? path : join(path, 'run.json');
  if (!(await isThere(file, 'file'))) return undefined;
  const text = textOfBytes(await readFileOrFail(file));
  if (!isRecordText(text.slice(0, 1 << 12))) return undefined;
  try {
    return parseRunRecord(text, file);
  } catch (error) {
    if (error instanceof AssayError) return undefined; // the check says what is wrong with it
    throw error;
  }
}
