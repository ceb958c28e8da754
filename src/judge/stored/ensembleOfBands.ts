import { AssayError } from '../../base/errors';
import { readTextOrFail } from '../../base/files';
import type { Experiment } from '../../experiment/types';
import { parseEnsemble } from '../../run/ensemble';
import { runsOfEnsemble } from '../../run/recordedRun';
import type { Run } from '../../run/run';
import { ensembleFile } from '../../study/store';
import type { Study } from '../../study/types';
import { sha256OfRuns, type Bands } from '../bands';
import { readKeptRuns } from './keptRuns';

/**
 * The runs that a study's bands were made of; undefined where they are not kept, or are others by now.
 *
 * @param dataName as for the bands
 * @throws AssayError `file-unreadable`, `json-syntax`, `ensemble-invalid`
 */
export async function readEnsembleOfBands(
  study: Pick<Study, 'golden' | 'metrics'>,
  experiment: Experiment | undefined,
  dataName: string | undefined,
  { source }: Pick<Bands, 'source'>,
): Promise<readonly Run[] | undefined> {
  const runs = await readEnsembleRuns(study, experiment, dataName);
  return runs !== undefined && sha256OfRuns(runs, study.metrics) === source.sha256 ? runs : undefined;
}

/** The runs that a study keeps for its bands, of its experiment or of logs; undefined where it keeps none. Errors as above. */
export async function readEnsembleRuns(
  study: Pick<Study, 'golden'>,
  experiment: Experiment | undefined,
  dataName: string | undefined,
): Promise<readonly Run[] | undefined> {
  if (experiment === undefined || dataName === undefined) return (await readKeptRuns(study))?.runs;
  const path = ensembleFile(study, dataName.toLowerCase());
  try {
    return runsOfEnsemble(parseEnsemble(await readTextOrFail(path), path), experiment.training, path);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'file-not-found') return undefined;
    throw error;
  }
}
