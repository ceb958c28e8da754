import { sha256Of } from '../../base/sha256';
import { AssayError } from '../../base/errors';
import { readFileOrFail, readTextOrFail } from '../../base/files';
import { join } from '../../base/paths';
import { textOfBytes } from '../../base/utf8';
import { parseRunRecord, type RunRecord, type Versions } from '../../run/record';
import { schemaOf } from '../../base/schema';

/** `golden/`: a manifest, and a folder `runs/<name>` for each golden. Only `assay golden record` writes there. */

export interface GoldenManifest {
  readonly goldens: readonly GoldenEntry[];
}

export interface GoldenEntry {
  readonly name: string;
  /** Trains the run again. */
  readonly command: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  readonly versions: Versions;
  /** SHA-256 of each. */
  readonly files: Readonly<Record<'run.json' | 'train.log', string>>;
}

export interface Golden {
  readonly record: RunRecord;
  readonly log: string;
}

export const manifestSchema = schemaOf<GoldenManifest>('golden', 'golden-invalid');

/** The manifest of a folder; an empty one where there is none yet. Errors `json-syntax`, `golden-invalid`, `file-unreadable`. */
export async function readManifest(folder: string): Promise<GoldenManifest> {
  const path = join(folder, 'manifest.json');
  try {
    return manifestSchema.parse(await readTextOrFail(path), path);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'file-not-found') return { goldens: [] };
    throw error;
  }
}

/**
 * @throws AssayError `golden-invalid` when a file is not the one that was approved; `record-invalid`, `file-not-found`.
 */
export async function readGolden(folder: string, { name, files }: GoldenEntry): Promise<Golden> {
  const read = async (file: keyof GoldenEntry['files']): Promise<string> => {
    const path = join(folder, 'runs', name, file);
    const bytes = await readFileOrFail(path);
    const sha256 = sha256Of(bytes);
    if (sha256 === files[file]) return textOfBytes(bytes);
    throw new AssayError('golden-invalid', {
      what: 'a golden was changed by something else than `assay golden record`',
      where: path,
      expected: `SHA-256 ${files[file]}, as manifest.json says`,
      got: sha256,
      hint: 'restore what was committed',
    });
  };
  const text = await read('run.json');
  return { record: parseRunRecord(text, join(folder, 'runs', name, 'run.json')), log: await read('train.log') };
}
