import { join } from 'node:path';
import type { DataSet } from '../data/dataset';
import { writeFileAtomic } from '../base/files';
import type { Bands } from '../judge/bands';
import { judgeAtGate, type GateJudgement } from '../judge/gate';
import { readStoredBands } from '../judge/stored/bands';
import { readStoredEnsembles } from '../judge/stored/ensembles';
import { readStoredRounding } from '../judge/stored/rounding';
import { goldenPlans } from '../experiment/goldenPlans';
import { readGolden, readManifest } from '../judge/golden';
import type { RunRecord } from '../run/record';
import { runsOfEnsemble } from '../run/recordedRun';
import { sameConditions, type Run } from '../run/run';
import { reproductionHtml } from '../report/html/reproduction';
import type { Experiment } from '../experiment/types';
import type { Study } from '../study/types';
import { packageCommit, packageVersion } from '../base/version';
import { shellCommand, studyWords } from './shell';

/** What was asked for, and what came of it. */
interface Reproduced {
  readonly study: Study;
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly seed: number;
  readonly bands: Bands | undefined;
  /** One for each learning rate; its record is in the folder `lr<lr>` of `outDir`. */
  readonly judgements: readonly GateJudgement[];
  /** None where it is about other data. */
  readonly report: readonly Run[];
  readonly outDir: string;
  /** As given to the command. */
  readonly named: string | undefined;
  readonly data: string | undefined;
}

/**
 * Judges runs as at the gate: on bits where there is an approved run of the same experiment, data, learning rate, seed and length, else by
 * their results alone.
 *
 * @throws AssayError `golden-invalid`, `bands-invalid`, `json-syntax`
 */
export async function judgeReproduced(
  records: readonly RunRecord[],
  { study, experiment, dataSet }: Pick<Reproduced, 'study' | 'experiment' | 'dataSet'>,
): Promise<Pick<Reproduced, 'bands' | 'judgements'>> {
  const bands = await readStoredBands(study, dataSet.name);
  const rounding = await readStoredRounding(study, experiment);
  const judgements = records.map(async (record) => {
    const golden = await goldenFor(record, study, experiment);
    const strictness = golden === undefined ? 'bands' : 'bits';
    return judgeAtGate(record, golden, { study, experiment, bands, rounding }, strictness);
  });
  return { bands, judgements: await Promise.all(judgements) };
}

/**
 * Writes `report.html`.
 *
 * @returns its path
 * @throws AssayError `ensemble-invalid`, `json-syntax`, `file-unwritable`
 */
export async function writeReproductionPage(reproduced: Reproduced): Promise<string> {
  const { study, experiment, dataSet, seed, bands, judgements, report, outDir, named, data } = reproduced;
  const ensembles = await readStoredEnsembles(study, experiment, experiment.data.name);
  const ours = ensembles.flatMap((ensemble) => runsOfEnsemble(ensemble, experiment.training, ensemble.path));
  const choices = (source: string | undefined): string[] => [
    ...studyWords(named),
    ...(source === undefined ? [] : ['--data', source]),
  ];
  const runs = judgements.map((judgement) => {
    const folder = `lr${judgement.record.lr}`;
    return {
      judgement,
      reported: report.find(({ conditions }) => sameConditions(conditions, judgement.run.conditions)),
      folder,
      verifyCommand: shellCommand(['npx', 'assay', 'verify', join(outDir, folder), ...choices(data)]),
    };
  });
  const words = ['npx', 'assay', 'reproduce', '--seed', String(seed), ...choices(data ?? dataSet.name)];
  const page = reproductionHtml({
    ...{ study, experiment, bands, ours, seed, data: dataSet, runs },
    version: packageVersion(),
    commit: packageCommit(),
    command: shellCommand(words),
  });
  const path = join(outDir, 'report.html');
  await writeFileAtomic(path, page);
  return path;
}

async function goldenFor(
  record: RunRecord,
  { golden: folder }: Study,
  experiment: Experiment,
): Promise<RunRecord | undefined> {
  const plan = goldenPlans(experiment, record.data.name, ['full']).find(({ lr }) => lr === record.lr);
  const entry = (await readManifest(folder)).goldens.find(({ name }) => name === plan?.name);
  if (entry === undefined) return undefined;
  const { record: golden } = await readGolden(folder, entry);
  const isSame =
    golden.spec.sha256 === record.spec.sha256 &&
    golden.data.sha256 === record.data.sha256 &&
    golden.seed === record.seed &&
    golden.plan.epochs === record.plan.epochs;
  return isSame ? golden : undefined;
}
