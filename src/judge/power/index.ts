import { alea } from 'seedrandom';
import { AssayError } from '../../base/errors';
import { conditionsText, sameConditions, type Conditions } from '../../run/run';
import type { Moments } from '../../statistics/conformal';
import type { Metric, Study } from '../../study/types';
import { makeBand, makeBandsAtHand, type Band, type EnsembleRun } from '../bands';
import type { Guess } from '../collapse';
import { preparedRun } from '../jointly';
import { widened } from '../placement';
import { scoresOf } from '../score';
import { delayed, epochRepeated, haveEpochs, scaled, shifted, unlessCollapsed, type Fault } from './faults';
import { checkHasBands, faultsSeen, type FaultyRuns, type SeenFault } from './faultyRuns';
import { disjointSets, hasSamePlaces, seenBy, SET_SIZES, type Gate, type Seen } from './gate';
import { isVacuous } from './vacuous';

/**
 * What a gate sees: how many sets of runs it refuses when nothing is wrong with them, and when something is. Sets are drawn from the study's
 * own runs; faults are put into them. The band, and what they are held against together, is made of the runs that are not in the set, so
 * that no run has a part in what judges it (docs/power.md).
 */

/** A set leaves at least this share of the runs to judge it by. */
const LEAST_LEFT = 3 / 4;

/** Standard deviations that numbers are moved by. */
export const SHIFTS = [0.5, 1, 2, 3, 5];

/** What a reported value is multiplied by. */
const FACTORS = [0.9, 1.1];

/** Share of faulty sets from which on a fault is said to be seen. */
export const SEEN = 0.8;

/** What is done to runs. */
export type Change =
  | { readonly kind: 'none' | 'epoch repeated' | 'one epoch late' }
  | {
      readonly kind: 'shift';
      readonly metric: string;
      readonly size: number;
      readonly towards: 'worse' | 'better';
    }
  | { readonly kind: 'factor'; readonly metric: string; readonly factor: number }
  | { readonly kind: 'other runs'; readonly conditions: Conditions };

export type SeenChange = Change & { readonly seen: readonly Seen[] };

export interface PowerOfSetting {
  readonly conditions: Conditions;
  readonly runs: number;
  /** Of the band of all runs. */
  readonly coverage: number;
  /** Whether the band of all runs would refuse nothing; see vacuous.ts. */
  readonly isVacuous: boolean;
  /** By set size: the coverage of the bands that are left. All together are judged at the level of the band of all runs. */
  readonly gates: readonly {
    readonly runs: number;
    readonly sets: number;
    /** Sets without a common run. */
    readonly disjoint: number;
    readonly coverage: number;
  }[];
  readonly changes: readonly SeenChange[];
  /** Of real runs, where there are some of this setting. */
  readonly faults: readonly SeenFault[];
  /** Interpolated between the shifts; missing where none is seen. */
  readonly smallest: readonly {
    readonly metric: string;
    readonly towards: 'worse' | 'better';
    readonly seen: readonly { readonly runs: number; readonly size?: number }[];
  }[];
}

type Rules = Pick<Study, 'metrics' | 'level'>;

/**
 * @param runs of all settings
 * @param sets of each size but 1: of single runs, each is judged once
 * @throws AssayError `too-few-runs`, `bands-invalid`; `ensemble-invalid` for faulty runs that no band is of
 */
export function powerOf(
  runs: readonly EnsembleRun[],
  rules: Rules,
  guess: Guess | undefined,
  sets: number,
  faults: readonly FaultyRuns[] = [],
): PowerOfSetting[] {
  const { bands } = makeBandsAtHand(runs, {}, rules, guess);
  for (const fault of faults) checkHasBands(fault, bands);
  return bands.map((band) => ({
    ...powerOfSetting(band, bands, runs, rules.metrics, guess, sets),
    faults: faultsSeen(faults, band, runs, rules.metrics, guess, sets),
  }));
}

function powerOfSetting(
  band: Band,
  bands: readonly Band[],
  runs: readonly EnsembleRun[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
  sets: number,
): Omit<PowerOfSetting, 'faults'> {
  const { conditions, coverage } = band;
  const runsOf = (setting: Conditions): EnsembleRun[] =>
    runs.filter((run) => sameConditions(run.conditions, setting));
  const own = runsOf(conditions);
  const sizes = SET_SIZES.filter((k) => own.length - k >= LEAST_LEFT * own.length);
  const gates = sizes.map((k) => gateOf(own, k, band, metrics, guess, sets));
  const { moments } = scoresOf(own, metrics, guess);
  const others = bands.filter((other) => other !== band && hasSamePlaces(other, band, metrics));
  const changes = [
    ...changesOf(own, metrics, moments, guess).map(({ change, fault }): SeenChange => ({
      ...change,
      seen: gates.map((gate) => seenBy(gate, own.length, metrics, guess, (judged) => judged.map(fault))),
    })),
    ...others.map(({ conditions: other }): SeenChange => {
      const strangers = runsOf(other);
      return {
        kind: 'other runs',
        conditions: other,
        seen: gates
          .filter(({ k }) => k <= strangers.length)
          .map((gate) =>
            seenBy(gate, Math.min(own.length, strangers.length), metrics, guess, (_, i) =>
              Array.from({ length: gate.k }, (_, j) => strangers[(i * gate.k + j) % strangers.length]),
            ),
          ),
      };
    }),
  ];
  return {
    ...{ conditions, runs: own.length, coverage, isVacuous: isVacuous(band, metrics) },
    gates: gates.map(({ k, sets, coverage }) => ({
      runs: k,
      sets: sets.length,
      disjoint: disjointSets(sets.length, own.length, k),
      coverage,
    })),
    changes,
    smallest: metrics.flatMap(({ name }) =>
      (['worse', 'better'] as const).map((towards) => ({
        metric: name,
        towards,
        seen: sizes.map((k, i) => {
          const size = smallestOf(changes, name, towards, i);
          return { runs: k, ...(size !== undefined && { size }) };
        }),
      })),
    ),
  };
}

/** Draws sets, and makes of the other runs what each is judged by. */
function gateOf(
  own: readonly EnsembleRun[],
  k: number,
  band: Band,
  metrics: readonly Metric[],
  guess: Guess | undefined,
  sets: number,
): Gate {
  const left = own.length - k;
  // As many of the greatest scores are beyond the limit as in the band of all.
  const beyond = own.length - Math.round(band.coverage * (own.length + 1));
  const coverage = (left - beyond) / (left + 1);
  const random = alea(`${conditionsText(band.conditions)} ${k}`);
  const chosen =
    k === 1 ? own.map((_, i) => [i]) : Array.from({ length: sets }, () => draw(own.length, k, random));
  const prepared = own.map((run) => preparedRun(run, metrics, guess));
  return {
    ...{ k, coverage, level: 1 - band.coverage },
    sets: chosen.map((indices) => {
      const isJudged = new Set(indices);
      const rest = own.filter((_, i) => !isJudged.has(i));
      return {
        judged: indices.map((i) => own[i]),
        band: widened(bandBeyond(rest, metrics, beyond, guess), metrics, k),
        others: prepared.filter((_, i) => !isJudged.has(i)),
      };
    }),
  };
}

/** With so many scores beyond its limit; with more where one of the others has no limit, such as the only run that collapsed. */
function bandBeyond(
  runs: readonly EnsembleRun[],
  metrics: readonly Metric[],
  beyond: number,
  guess: Guess | undefined,
): Band {
  try {
    return makeBand(runs, metrics, (runs.length - beyond) / (runs.length + 1), guess);
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'too-few-runs' || beyond > runs.length / 2)
      throw error;
    return bandBeyond(runs, metrics, beyond + 1, guess);
  }
}

function draw(n: number, k: number, random: () => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < k; i++) {
    const j = i + Math.floor(random() * (n - i));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.slice(0, k);
}

function changesOf(
  own: readonly EnsembleRun[],
  metrics: readonly Metric[],
  moments: readonly (readonly Moments[])[],
  guess: Guess | undefined,
): { readonly change: Change; readonly fault: Fault }[] {
  const shifts = metrics.flatMap((metric, m) =>
    (['worse', 'better'] as const).flatMap((towards) =>
      SHIFTS.map((size) => ({
        change: { kind: 'shift' as const, metric: metric.name, size, towards },
        fault: shifted([{ metric, moments: moments[m] }], size, towards),
      })),
    ),
  );
  const factors = metrics.flatMap((metric) =>
    FACTORS.filter((factor) => factor < 1 || (metric.kind !== 'percent' && metric.kind !== 'share')).map(
      (factor) => ({
        change: { kind: 'factor' as const, metric: metric.name, factor },
        fault: scaled(metric, factor),
      }),
    ),
  );
  const epochs = own.every((run) => haveEpochs(run, metrics))
    ? [
        { change: { kind: 'epoch repeated' as const }, fault: epochRepeated(metrics) },
        { change: { kind: 'one epoch late' as const }, fault: delayed(metrics) },
      ]
    : [];
  const faults = [...shifts, ...factors, ...epochs].map(({ change, fault }) => ({
    change,
    fault: unlessCollapsed(fault, metrics, guess),
  }));
  return [{ change: { kind: 'none' }, fault: (run) => run }, ...faults];
}

/** From which shift on at least {@link SEEN} of the sets are refused, on a line between those that were simulated. */
function smallestOf(
  changes: readonly SeenChange[],
  metric: string,
  towards: 'worse' | 'better',
  gate: number,
): number | undefined {
  const shareOf = ({ seen }: SeenChange): number => seen[gate].gate.count / seen[gate].gate.of;
  const shifts = changes.flatMap((change) =>
    change.kind === 'none'
      ? [{ size: 0, share: shareOf(change) }]
      : change.kind === 'shift' && change.metric === metric && change.towards === towards
        ? [{ size: change.size, share: shareOf(change) }]
        : [],
  );
  const lastUnseen = shifts.findLastIndex(({ share }) => share < SEEN);
  if (lastUnseen === shifts.length - 1) return undefined;
  if (lastUnseen === -1) return 0;
  const [below, above] = [shifts[lastUnseen], shifts[lastUnseen + 1]];
  return below.size + ((SEEN - below.share) / (above.share - below.share)) * (above.size - below.size);
}
