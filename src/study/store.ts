import { AssayError } from '../base/errors';
import { join } from '../base/paths';
import type { Study } from './types';

/**
 * What the golden folder of a study holds: `manifest.json` and `runs/` of approved runs, and, by the name of their data set, what is
 * below. It is of the experiment of its study alone.
 */
export type Store = Pick<Study, 'golden'>;

/** The folder of an ensemble, with its `runs.jsonl`. */
export function ensembleFolder({ golden }: Store, data = LOGS): string {
  return join(golden, 'ensembles', data);
}

export function ensembleFile(store: Store, data?: string): string {
  return join(ensembleFolder(store, data), 'runs.jsonl');
}

/** What another trainer's runs are kept by, which say no data set. */
const LOGS = 'logs';

/** @param data in upper or lower case; of runs that another trainer made, there is none */
export function bandsFile({ golden }: Store, data = LOGS): string {
  return join(golden, 'bands', `${data.toLowerCase()}.json`);
}

/** The folder of an ensemble per reading. */
export function readingsFolder({ golden }: Store, data: string): string {
  return join(golden, 'readings', data);
}

/** The folder of runs of trainers that are known to be wrong: `<fault>.jsonl`, each as the runs of logs are kept. */
export function faultsFolder({ golden }: Store, data = LOGS): string {
  return join(golden, 'faults', data);
}

/** The folders of the runs that the study's own trainer made. */
export function trainerFolder({ golden }: Store): string {
  return join(golden, 'runs');
}

/** What was measured of rounding. */
export function roundingFile({ golden }: Store, experiment: string): string {
  return join(golden, 'rounding', `${experiment}.json`);
}

/**
 * Refuses to write into the installed package: a study that nobody named is only read.
 *
 * @param options that say where to write instead
 * @throws AssayError `study-read-only`
 */
export function checkWritable({ isDefault, golden }: Study, command: string, options: string): void {
  if (!isDefault) return;
  throw new AssayError('study-read-only', {
    what: `${command} writes nothing into the study that comes with assay`,
    where: golden,
    expected: 'a study of your own',
    got: 'none was given, and there is no assay/study.json here or above',
    hint: `give ${options}`,
  });
}
