import { makeFolder, writeFileAtomic } from '../../base/files';
import { join } from '../../base/paths';
import { sha256Of } from '../../base/sha256';
import { serializeRunRecord } from '../../run/record';
import { manifestSchema, readManifest, type Golden, type GoldenEntry } from './store';

/**
 * Writes a golden with its log, then the manifest, which names no golden before its files are there.
 *
 * @throws AssayError `golden-invalid`, before anything is written, when its name cannot be that of a golden; `file-unwritable`
 */
export async function writeGolden(
  folder: string,
  { record, log }: Golden,
  facts: Pick<GoldenEntry, 'name' | 'command' | 'reason' | 'recordedAt'>,
): Promise<void> {
  const texts = { 'run.json': serializeRunRecord(record), 'train.log': log };
  const { name, command, reason, recordedAt } = facts;
  const { versions } = record.environment;
  const files = { 'run.json': sha256Of(texts['run.json']), 'train.log': sha256Of(texts['train.log']) };
  const entry: GoldenEntry = { name, command, reason, recordedAt, versions, files };
  const others = (await readManifest(folder)).goldens.filter((golden) => golden.name !== name);
  const goldens = [...others, entry].sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest = manifestSchema.check({ goldens }, `the golden ${name}`);
  const runFolder = join(folder, 'runs', name);
  await makeFolder(runFolder);
  for (const [file, text] of Object.entries(texts)) await writeFileAtomic(join(runFolder, file), text);
  await writeFileAtomic(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
