import { AssayError } from '../../base/errors';
import { conditionsText, placeOf, sameConditions } from '../../run/run';
import { choicesOf } from '../../statistics/permutation';
import type { Metric } from '../../study/types';
import { makeBand, type Band, type EnsembleRun } from '../bands';
import type { Guess } from '../collapse';
import { preparedRun } from '../jointly';
import { widened } from '../placement';
import { hasSamePlaces, placesOf, seenBy, SET_SIZES, type Gate, type Seen } from './gate';

/** Real runs of a trainer that is known to be wrong, with the conditions that they were meant to have. */
export interface FaultyRuns {
  /** Names the fault. */
  readonly name: string;
  readonly runs: readonly EnsembleRun[];
}

/**
 * Of real faulty runs: all sets of a size, or as many as are simulated, judged as `assay check` does, by all runs of the ensemble. Where they
 * tell a part of what the ensemble tells, such as the first epoch, a band of that part judges them.
 */
export interface SeenFault {
  readonly name: string;
  readonly runs: number;
  /** Numbers that each run tells. */
  readonly places: number;
  readonly seen: readonly Seen[];
}

/** @throws AssayError `ensemble-invalid` */
export function checkHasBands({ name, runs }: FaultyRuns, bands: readonly Band[]): void {
  for (const run of runs) {
    if (bands.some((band) => sameConditions(band.conditions, run.conditions))) continue;
    throw new AssayError('ensemble-invalid', {
      what: `a run with the fault ${name} whose setting has no band`,
      where: nameOf(run),
      expected: bands.map((band) => conditionsText(band.conditions) || 'no conditions').join('; '),
    });
  }
}

/**
 * Of the faults that there are runs of with the setting of a band.
 *
 * @param runs the ensemble, of all settings
 * @param sets of several runs, of each size at most
 * @throws AssayError `ensemble-invalid` where runs with a fault tell numbers that the ensemble does not, or that others with it do not
 */
export function faultsSeen(
  faults: readonly FaultyRuns[],
  band: Band,
  runs: readonly EnsembleRun[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
  sets: number,
): SeenFault[] {
  const isOfBand = ({ conditions }: EnsembleRun): boolean => sameConditions(conditions, band.conditions);
  const own = runs.filter(isOfBand);
  return faults.flatMap(({ name, runs }) => {
    const faulty = runs.filter(isOfBand);
    if (faulty.length === 0) return [];
    if (metrics.some(({ name: metric }) => faulty[0].series[metric].length === 0))
      throw otherPlaces(name, faulty[0], metrics);
    const cut = own.map((run) => inPlacesOf(faulty[0], run, metrics));
    const other = faulty.find((run) => !hasSamePlaces(run, cut[0], metrics));
    if (other !== undefined) throw otherPlaces(name, other, metrics);
    const bandOfCut = makeBand(cut, metrics, band.level, guess);
    const others = cut.map((run) => preparedRun(run, metrics, guess));
    const seen = SET_SIZES.filter((k) => k <= faulty.length).map((k) => {
      const wide = widened(bandOfCut, metrics, k);
      const gate: Gate = {
        ...{ k, coverage: bandOfCut.coverage, level: 1 - bandOfCut.coverage },
        sets: choicesOf(faulty.length, k, Math.max(sets, faulty.length), name).of.map((indices) => ({
          judged: indices.map((i) => faulty[i]),
          band: wide,
          others,
        })),
      };
      return seenBy(gate, faulty.length, metrics, guess, (judged) => judged);
    });
    return [{ name, runs: faulty.length, places: placesOf(faulty[0], metrics).length, seen }];
  });
}

/** What of a run another one tells, too. */
function inPlacesOf(other: EnsembleRun, run: EnsembleRun, metrics: readonly Metric[]): EnsembleRun {
  const places = new Set(placesOf(other, metrics));
  const series = metrics.map(({ name }) => [
    name,
    run.series[name].filter((point) => places.has(`${name} ${placeOf(point)}`)),
  ]);
  return { ...run, series: Object.fromEntries(series) as EnsembleRun['series'] };
}

function otherPlaces(fault: string, run: EnsembleRun, metrics: readonly Metric[]): AssayError {
  return new AssayError('ensemble-invalid', {
    what: `a run with the fault ${fault} has numbers in other places than the ensemble, or than the other runs with this fault`,
    where: nameOf(run),
    expected: `${metrics.map(({ name }) => name).join(', ')} in the places of the ensemble, or in some of them, the same for all runs`,
  });
}

function nameOf({ conditions, seed }: EnsembleRun): string {
  return `${conditionsText(conditions) || 'no conditions'}${seed === undefined ? '' : `, seed ${seed}`}`;
}
