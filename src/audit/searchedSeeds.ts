import { pythonFixed } from '../base/printf';
import { rngNameOf } from '../experiment/rng';
import { sha256OfLosses, type SearchedRun, type SeedSearch } from '../judge/seed/search';
import { listOf } from '../base/words';
import type { Run } from '../run/run';
import { lossMetricOf } from '../study/metrics';
import type { Study } from '../study/types';
import type { Inference } from './types';

/** What searches for seeds found out about the runs of a document: about those whose losses they have looked for. */
export function searchedSeeds(
  runs: readonly Run[],
  study: Pick<Study, 'metrics' | 'chance'>,
  searches: readonly SeedSearch[],
): Inference[] {
  const metric = lossMetricOf(study);
  if (metric === undefined) return [];
  const losses = runs.map(({ series }) => series[metric.name] ?? []);
  const digests = losses.map(sha256OfLosses);
  return searches.flatMap((search) => {
    const known = runs.flatMap((run, i) => {
      const searched = search.runs.find(({ lossesSha256 }) => lossesSha256 === digests[i]);
      return searched === undefined ? [] : [{ searched, line: losses[i][0].line ?? run.source.line }];
    });
    const missed = known.filter(({ searched }) => searched.found === undefined);
    return [
      ...known.flatMap(({ searched, line }) => foundSeed(searched, search, line)),
      ...(missed.length === 0 ? [] : [noSeed(missed, search)]),
    ];
  });
}

type Known = { readonly searched: SearchedRun; readonly line: number };

function foundSeed({ found, candidates, loss }: SearchedRun, { rng }: SeedSearch, line: number): Inference[] {
  if (found === undefined) return [];
  const resemblance = candidates.find(({ seed }) => seed === found)?.resemblance;
  const evidence = resemblance && `: r = ${pythonFixed(resemblance.r, 3)} over ${resemblance.n} losses`;
  return [
    {
      what: `the seed ${found}, in PyTorch's stream ${rngNameOf(rng)}`,
      because:
        `${candidates.length} of the seeds that were tried print the first loss, ${pythonFixed(loss.value, loss.decimals)}, and the ` +
        `training with this one goes on as the run does${evidence ?? ''} (find-seed)`,
      lines: [line],
    },
  ];
}

function noSeed(missed: readonly Known[], { rng, range }: SeedSearch): Inference {
  const printing = listOf(missed.map(({ searched }) => searched.candidates.length));
  const byChance = listOf(missed.map(({ searched }) => searched.expectedByChance.toPrecision(2)));
  return {
    what: `no seed from ${range.from} to ${range.to} that is shown to be the seed of a run, in PyTorch's stream ${rngNameOf(rng)}`,
    because:
      `${printing} of those could print the first losses (${byChance} are expected by chance), and no training with one of them is ` +
      `shown to go on as the run does (find-seed), which does not exclude them`,
    lines: missed.map(({ line }) => line),
  };
}
