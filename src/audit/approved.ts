import { join } from '../base/paths';
import type { Experiment } from '../experiment/types';
import { readGolden, readManifest } from '../judge/golden/store';
import type { RunRecord } from '../run/record';
import type { Study } from '../study/types';
import type { ClaimsFile } from './claims/claim';

/** The approved runs of all epochs on the data of the experiment; none where nothing was published that they could be held against. */
export async function approvedRuns(
  { golden }: Study,
  experiment: Experiment,
  { claims }: ClaimsFile,
): Promise<{ readonly record: RunRecord; readonly path: string }[]> {
  if (!claims.some(({ predicates }) => predicates.some(({ predicate }) => predicate === 'published')))
    return [];
  const { goldens } = await readManifest(golden);
  const runs = await Promise.all(
    goldens.map(async (entry) => ({
      record: (await readGolden(golden, entry)).record,
      path: join(golden, 'runs', entry.name, 'run.json'),
    })),
  );
  return runs.filter(
    ({ record: { spec, data, plan } }) =>
      spec.sha256 === experiment.sha256 &&
      data.sha256 === experiment.data.sha256 &&
      plan.untilStep === undefined &&
      plan.epochs === experiment.training.epochs,
  );
}
