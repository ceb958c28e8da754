import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, readFileOrFail } from '../files';
import { parseEnsemble, type Ensemble } from '../log/ensemble';
import type { Experiment } from '../spec/types';

const FOLDER = join(__dirname, '../../golden/ensembles');

/** An ensemble that comes with this package. */
export interface StoredEnsemble extends Ensemble {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The ensembles of an experiment on its data set, of whatever numbers of epochs.
 *
 * @throws AssayError `file-unreadable`, `json-syntax`, `ensemble-invalid`
 */
export async function readStoredEnsembles({ sha256, data }: Experiment): Promise<StoredEnsemble[]> {
  const names = await readdir(FOLDER).catch((cause: unknown) => {
    throw fileError('file-unreadable', FOLDER, cause);
  });
  const ensembles = await Promise.all(
    names.sort().map(async (name) => {
      const path = join(FOLDER, name, 'runs.jsonl');
      const bytes = await readFileOrFail(path);
      return { ...parseEnsemble(bytes.toString('utf8'), path), path, bytes };
    }),
  );
  return ensembles.filter(
    (ensemble) => ensemble.experiment.sha256 === sha256 && ensemble.data.name === data.name.toLowerCase(),
  );
}
