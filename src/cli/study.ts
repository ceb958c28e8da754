import { Option } from '@commander-js/extra-typings';
import type { Experiment } from '../experiment/types';
import type { Study } from '../study/types';

export const studyOption = new Option(
  '--study <folder>',
  'the study, a folder with study.json (default: assay/ here or in a folder above, else the one that comes with assay)',
);

/** The study that is named or found, and its experiment; says on stderr when it is the one that comes with assay. */
export async function openStudy(
  named: string | undefined,
): Promise<{ readonly study: Study; readonly experiment: Experiment }> {
  const { findStudy } = await import('../study/find.js');
  const { loadExperiment } = await import('../experiment/load.js');
  const study = await findStudy(named);
  if (study.isDefault) console.error(`study: ${study.name}, which comes with assay; --study names another`);
  return { study, experiment: await loadExperiment(study.experiment) };
}

/** The words that name a study again. */
export function studyWords(named: string | undefined): string[] {
  return named === undefined ? [] : ['--study', named];
}
