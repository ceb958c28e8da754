import { Option } from '@commander-js/extra-typings';
import { AssayError } from '../base/errors';
import type { Experiment } from '../experiment/types';
import type { Study } from '../study/types';
import { printNote } from './text';

export const studyOption = new Option(
  '--study <folder>',
  'the study, a folder with study.json (default: assay/ here or in a folder above, else the one that comes with assay)',
);

/** A study, and its experiment; missing where another trainer makes its runs. */
export interface OpenedStudy {
  readonly study: Study;
  readonly experiment?: Experiment;
}

/** The study that is named or found; says on stderr when it is the one that comes with assay. */
export async function openStudy(named: string | undefined): Promise<OpenedStudy> {
  const { findStudy } = await import('../study/find.js');
  const { loadExperiment } = await import('../experiment/load.js');
  const study = await findStudy(named);
  if (study.isDefault) printNote(`study: ${study.name}, which comes with assay; --study names another`);
  return study.experiment === undefined
    ? { study }
    : { study, experiment: await loadExperiment(study.experiment) };
}

/**
 * The same, for what our engines train.
 *
 * @throws AssayError `usage` when the study has no experiment
 */
export async function openTrainable(named: string | undefined): Promise<Required<OpenedStudy>> {
  const { study, experiment } = await openStudy(named);
  if (experiment !== undefined) return { study, experiment };
  throw new AssayError('usage', {
    what: `the study ${study.name} has no experiment: another trainer makes its runs`,
    where: study.golden,
    expected: 'experiment.json beside its study.json',
    hint: 'its logs can be judged: assay check, assay bands',
  });
}
