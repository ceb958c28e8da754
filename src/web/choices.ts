import { filesBelow } from '../base/files';
import { dirname, join, packagePath } from '../base/paths';
import type { OpenedStudy } from '../cli/study';
import { loadExperiment } from '../experiment/load';
import { loadBuiltIn } from '../study/builtIn';
import { loadStudy, STUDY_FILE } from '../study/load';
import type { DroppedFile } from './host/files';
import type { Choices, RecordChoice, StudyChoice } from './messages';
import { BUILT_IN_STUDIES, recordOf } from './records';

/** What can be chosen on the page, of what was dropped and of what comes with assay. */

/** The study of a folder; left out, the one that comes with assay. */
export async function openStudy(folder: string | undefined): Promise<OpenedStudy> {
  const study = folder === undefined ? await loadBuiltIn() : await loadStudy(folder);
  return study.experiment === undefined
    ? { study }
    : { study, experiment: await loadExperiment(study.experiment) };
}

/** Folders with a study.json in them, as the dropped files name them. */
export function droppedStudies(files: readonly DroppedFile[]): string[] {
  return files.flatMap(({ path }) => (path.split('/').at(-1) === STUDY_FILE ? [dirname(path)] : [])).sort();
}

/** Those that were dropped, and those that come with assay. */
export async function studyChoices(files: readonly DroppedFile[]): Promise<StudyChoice[]> {
  const dropped = droppedStudies(files);
  const comes = (await filesBelow(BUILT_IN_STUDIES)).filter((path) => /^[^/]+\/study\.json$/.test(path));
  const folders = comes.map((path) => join(BUILT_IN_STUDIES, dirname(path)));
  const choices = [...dropped, ...folders].map(async (folder): Promise<StudyChoice> => {
    const name = await loadStudy(folder).then(
      (study) => study.name,
      () => folder, // what is wrong with it is said when it is chosen
    );
    return { folder, name, isDropped: dropped.includes(folder) };
  });
  return Promise.all(choices);
}

/** @param paths those that were dropped, each a file or the folder of a run */
export async function choicesOf(files: readonly DroppedFile[], paths: readonly string[]): Promise<Choices> {
  const approved = (await filesBelow(APPROVED_RUNS)).filter((path) => path.endsWith('/run.json'));
  const records = [
    ...paths.map((path) => recordChoice(path, true)),
    ...approved.map((path) => recordChoice(join(APPROVED_RUNS, path), false)),
  ];
  return {
    studies: await studyChoices(files),
    records: (await Promise.all(records)).filter((choice) => choice !== undefined),
  };
}

/** By its whole name, as that of the studies. */
const APPROVED_RUNS = packagePath('golden');

async function recordChoice(path: string, isDropped: boolean): Promise<RecordChoice | undefined> {
  const record = await recordOf(path);
  if (record === undefined) return undefined;
  const { spec, data, lr, seed, plan } = record;
  const length = plan.untilStep === undefined ? `${plan.epochs} epochs` : `${plan.untilStep} steps`;
  const title = `${spec.name} on ${data.name}, lr ${lr}, seed ${seed}, ${length}`;
  return { path, title, data: data.name, isDropped };
}
