import type { DataSet } from '../data/dataset';
import type { Job } from '../jobs/job';
import type { Journal } from '../jobs/journal';
import type { FirstLosses, FirstLossesJob } from '../jobs/kinds/firstLosses';
import type { TrainJob } from '../jobs/kinds/train';
import type { EncodedEnsembleRun } from '../run/ensemble';
import type { Candidate } from '../judge/seed/candidates';
import type { Confirmation } from '../judge/seed/confirm';
import type { ReportedLosses } from '../judge/seed/reportedLosses';
import type { Losses } from '../judge/seed/resemblance';
import type { SearchedRun, SeedSearch } from '../judge/seed/search';
import type { Rng } from '../experiment/rng';
import type { Experiment } from '../experiment/types';
import { doJobs, type Where } from './manyJobs';

export type SeedRange = SeedSearch['range'];

/** The computing of a search for a seed: what is in the journal is not computed again. */
export interface Search {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly rng: Rng;
  readonly range: SeedRange;
  readonly journal: Journal;
  readonly where: Where;
}

/** Seeds of one job: some seconds. Parts begin at multiples of it, so that overlapping ranges share them. */
const PART = 250;

const STOPPED = 'stopped: what was computed is kept; the same command continues';

/** Every seed of the range, with its loss of batch 0. */
export async function firstLossesOf(search: Search): Promise<[seed: number, loss: number][]> {
  const { experiment, dataSet, rng, range, journal, where } = search;
  const { documentOf } = await import('../experiment/load.js');
  const { jobOf } = await import('../jobs/job.js');
  const { firstLosses } = await import('../jobs/kinds/firstLosses.js');
  const document = documentOf(experiment);
  const jobs = partsOf(range).map((part): Job => {
    const payload: FirstLossesJob = { experiment: document, dataSha256: dataSet.sha256, rng, ...part };
    return jobOf(firstLosses, payload);
  });
  const total = range.to - range.from + 1;
  await doJobs({
    ...{ jobs, journal, dataSet, where },
    progress: (missing) => ({ phase: 'seeds', done: Math.max(0, total - PART * missing), total }),
    stopped: () => STOPPED,
  });
  return jobs
    .map(({ id }) => journal.result(id) as FirstLosses)
    .flatMap(({ from, losses }) => losses.map((loss, i): [number, number] => [from + i, loss]))
    .filter(([seed]) => seed >= range.from && seed <= range.to);
}

function partsOf({ from, to }: SeedRange): { from: number; count: number }[] {
  const first = Math.floor(from / PART);
  return Array.from({ length: Math.floor(to / PART) - first + 1 }, (_, i) => ({
    from: (first + i) * PART,
    count: PART,
  }));
}

/** A reported run, with the epochs that are compared at most. */
type ToCompare = Pick<ReportedLosses, 'further' | 'epochs'> & { readonly lr: number };

/** Trains the candidates for one epoch after another, as long as it is undecided whether one of them is the run's seed. */
export async function confirmByTraining(
  candidates: readonly Candidate[],
  { further, lr, epochs }: ToCompare,
  search: Search,
): Promise<Pick<SearchedRun, 'epochs' | 'candidates' | 'found'>> {
  const { confirm, seedsToTrain } = await import('../judge/seed/confirm.js');
  const { classes } = search.experiment.data;
  let confirmation: Confirmation = { candidates, undecided: candidates };
  let compared = 0;
  while (confirmation.undecided.length > 0 && compared < epochs) {
    compared++;
    const seeds = seedsToTrain(confirmation.undecided, search.range.to);
    const trained = await loggedLossesOf(seeds, { lr, epochs: compared }, search);
    confirmation = confirm(confirmation, further, trained, classes);
  }
  const { undecided: _, ...result } = confirmation;
  return { epochs: compared, ...result };
}

/** The losses that trainings with these seeds log. */
async function loggedLossesOf(
  seeds: readonly number[],
  { lr, epochs }: { readonly lr: number; readonly epochs: number },
  { experiment, dataSet, rng, journal, where }: Search,
): Promise<Map<number, Losses>> {
  const { documentOf } = await import('../experiment/load.js');
  const { jobOf } = await import('../jobs/job.js');
  const { train } = await import('../jobs/kinds/train.js');
  const facts = { experiment: documentOf(experiment), dataSha256: dataSet.sha256 };
  const jobs = seeds.map((seed): Job => {
    const payload: TrainJob = { ...facts, lr, seed, epochs, rng, engine: 'wasm' };
    return jobOf(train, payload);
  });
  await doJobs({
    ...{ jobs, journal, dataSet, where },
    progress: (missing) => ({ phase: 'trainings', done: jobs.length - missing, total: jobs.length }),
    stopped: () => STOPPED,
  });
  return new Map(
    jobs.map(({ id }, i) => {
      const { loggedLosses } = journal.result(id) as EncodedEnsembleRun;
      return [seeds[i], loggedLosses.map(Number)];
    }),
  );
}
