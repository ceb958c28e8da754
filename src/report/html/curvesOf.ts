import { epochsOf, knownConditions, settingsOf } from '../../audit/views';
import { titlesOf } from '../../audit/words';
import type { Audit, RunNumbers } from '../../audit/types';
import type { Experiment } from '../../experiment/types';
import type { Band, Bands } from '../../judge/bands';
import { hasCollapsed } from '../../judge/collapse';
import { guessOf } from '../../judge/placement';
import { conditionsText, sameConditions, type Conditions, type Point as Told, type Run } from '../../run/run';
import type { Metric, Study } from '../../study/types';
import { capitalised, settingTitle } from '../words';
import type { BandPoint, ChartMetric, Curve, Curves, CurvesOfSetting, Point } from './curves';

/** Of each setting: more would not be seen, and make the page heavy. */
const MOST_SEEDS = 100;

/** What charts hold runs against: what is of another experiment, or of other data, is not drawn. */
export interface CurveReferences {
  readonly study: Pick<Study, 'conditions' | 'metrics' | 'chance'>;
  readonly experiment?: Experiment;
  readonly bands?: Bands;
  /** Our runs of the study, of whatever numbers of epochs. */
  readonly ours?: readonly Run[];
}

/** Of the runs that a document tells of. */
export function curvesOfAudit({ runs }: Pick<Audit, 'runs'>, references: CurveReferences): Curves {
  const { experiment } = references;
  const known = runs.filter((run) => knownConditions(run) !== undefined);
  const drawn = known.map((run): Drawn => ({ ...run, layer: 'reported', name: 'reported' }));
  return curves(drawn, experiment?.data.sha256, references);
}

/** Of runs that were checked, each as what its log is called. */
export function curvesOfRuns(
  runs: readonly { readonly run: RunNumbers; readonly name: string }[],
  references: CurveReferences,
): Curves {
  const drawn = runs.map(({ run, name }): Drawn => ({ ...run, layer: 'reported', name }));
  return curves(drawn, references.experiment?.data.sha256, references);
}

/** Of runs that were trained now, beside those of the report. */
export function curvesOfRecords(
  runs: readonly { readonly run: Run; readonly reported?: Run }[],
  data: { readonly sha256: string },
  references: CurveReferences,
): Curves {
  const drawn = runs.flatMap(({ run, reported }): Drawn[] => [
    { ...run, layer: 'reproduced', name: `reproduced, seed ${run.seed}` },
    ...(reported === undefined ? [] : [{ ...reported, layer: 'reported' as const, name: 'reported' }]),
  ]);
  return curves(drawn, data.sha256, references);
}

/** A run and how it is drawn. */
type Drawn = RunNumbers & Pick<Curve, 'layer' | 'name'>;

function curves(
  runs: readonly Drawn[],
  dataSha256: string | undefined,
  { study, experiment, bands, ours = [] }: CurveReferences,
): Curves {
  const isMeant = (experimentSha256: string | undefined, sha256: string | undefined): boolean =>
    experimentSha256 === experiment?.sha256 && sha256 === dataSha256;
  const epochs = experiment?.training.epochs ?? Math.max(0, ...runs.map((run) => epochsOf(run).length));
  const seeds = ours.filter(
    (run) =>
      isMeant(run.stated.experimentSha256?.value, run.stated.dataSha256?.value) &&
      epochsOf(run).length === epochs,
  );
  const guess = guessOf(undefined, study.chance, experiment?.data.testCount);
  const ofSeed = (run: Run): Drawn => ({
    ...run,
    layer: guess !== undefined && hasCollapsed(run, study.metrics, guess) ? 'collapsed' : 'seeds',
    name: run.seed === undefined ? 'one of our runs' : `seed ${run.seed}`,
  });
  const meantBands = isMeant(bands?.experiment?.sha256, bands?.data?.sha256) ? bands?.bands : undefined;
  const all = settingsOf(runs).map((conditions) => {
    const isOf = (other: { readonly conditions: Conditions }): boolean =>
      sameConditions(other.conditions, conditions);
    const own = seeds.filter(isOf).map(ofSeed);
    const learned = own.filter(({ layer }) => layer === 'seeds');
    return {
      conditions,
      drawn: [...own.slice(0, MOST_SEEDS), ...medianOf(learned, study.metrics), ...runs.filter(isOf)],
      seeds: {
        learned: learned.length,
        collapsed: own.length - learned.length,
        drawn: Math.min(own.length, MOST_SEEDS),
      },
      band: meantBands?.find(isOf),
    };
  });
  const perStep = (metric: Metric): boolean => metric.per === 'step';
  const ordered = [...study.metrics].sort((a, b) => Number(perStep(a)) - Number(perStep(b)));
  const settings = all.map(({ conditions, drawn, seeds, band }): CurvesOfSetting => {
    const values = Object.values(conditions);
    return {
      key: conditionsText(conditions),
      name: values.length === 1 ? String(values[0]) : conditionsText(conditions),
      title: settingTitle(conditions, study.conditions),
      curves: drawn.map((run) => curveOf(run, ordered, experiment?.data.trainCount)),
      seeds,
      band: bandOf(band, ordered),
    };
  });
  return {
    title: titlesOf(study.conditions),
    metrics: ordered.map((metric) =>
      chartOf(
        metric,
        settings,
        all.flatMap(({ drawn }) => drawn),
      ),
    ),
    settings,
  };
}

/** Of seeds that learned, where all of them have a number; none of a single one. */
function medianOf(seeds: readonly Drawn[], metrics: readonly Metric[]): Drawn[] {
  if (seeds.length < 2) return [];
  const series = metrics.map((metric) => [metric.name, medianSeries(seeds, metric)] as const);
  const [{ conditions }] = seeds;
  return [{ conditions, series: Object.fromEntries(series), layer: 'median', name: 'median of our seeds' }];
}

function medianSeries(seeds: readonly Drawn[], { name, better }: Metric): Told[] {
  const places = new Map<string, Told[]>();
  for (const { series } of seeds) {
    for (const told of series[name] ?? []) {
      const place = `${told.epoch} ${told.step}`;
      const others = places.get(place);
      if (others === undefined) places.set(place, [told]);
      else others.push(told);
    }
  }
  // What is not finite is as bad as can be.
  const worst = better === 'lower' ? Infinity : -Infinity;
  return [...places.values()].flatMap((told) => {
    if (told.length !== seeds.length) return [];
    const values = told.map(({ value }) => (Number.isFinite(value) ? value : worst)).sort((a, b) => a - b);
    return [{ ...told[0], value: (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2 }];
  });
}

function chartOf(metric: Metric, settings: readonly CurvesOfSetting[], runs: readonly Drawn[]): ChartMetric {
  const { name, kind, better, per, decimals } = metric;
  const told = runs.flatMap(({ series }) => series[name] ?? []);
  const isByEpoch = told.length === 0 || told.some(({ epoch }) => epoch !== undefined);
  const places = settings.flatMap(({ curves }) =>
    curves.flatMap(({ series }) => (series[name] ?? []).map(([place]) => place)),
  );
  const first = per === 'step' || !isByEpoch ? 0 : Math.min(1, ...places);
  const last = places.reduce((most, place) => Math.max(most, Math.ceil(place)), 1);
  const notes = [...(kind === 'percent' ? ['%'] : []), ...(per === 'step' ? ['logged steps'] : [])];
  return {
    ...{ name, kind, better, per, decimals },
    id: name.replace(/\W+/g, '-'),
    title: [capitalised(name), ...notes].join(', '),
    axis: isByEpoch ? 'epoch' : 'step',
    extent: [first, last],
  };
}

/** What is told per epoch has a band to be drawn. */
function bandOf(band: Band | undefined, metrics: readonly Metric[]): CurvesOfSetting['band'] {
  if (band === undefined) return {};
  const perEpoch = metrics.filter(({ per }) => per === 'epoch');
  return Object.fromEntries(
    perEpoch.map(({ name }) => [
      name,
      (band.series[name] ?? []).map(({ epoch, step = 0, lower, upper }): BandPoint => [
        epoch ?? step,
        significant(lower),
        significant(upper),
      ]),
    ]),
  );
}

function curveOf(run: Drawn, metrics: readonly Metric[], trainCount: number | undefined): Curve {
  const { layer, name, series } = run;
  const first = Math.min(1, ...epochsOf(run));
  const drawn = metrics.map(({ name, per }) => {
    const points = series[name] ?? [];
    const length = lengthOfEpoch(points, trainCount);
    const placeOf = ({ epoch, step = 0 }: Told): number => {
      if (epoch === undefined) return step;
      return per === 'epoch' ? epoch : epoch - first + step / length;
    };
    return [name, points.map((told): Point => point(placeOf(told), told.value))] as const;
  });
  return { layer, name, series: Object.fromEntries(drawn) };
}

/** In the unit of the steps: the samples of an epoch, where they are that; else up to where one more step would be. */
function lengthOfEpoch(points: readonly Told[], trainCount: number | undefined): number {
  const steps = points.map(({ step = 0 }) => step);
  const last = steps.reduce((most, step) => Math.max(most, step), 0);
  const stride = steps.reduce((least, step) => (step > 0 ? Math.min(least, step) : least), Infinity);
  const next = stride === Infinity ? 1 : last + stride;
  return trainCount !== undefined && trainCount > last && trainCount <= next ? trainCount : next;
}

function point(place: number, value: number): Point {
  return [Number(place.toFixed(3)), Number.isFinite(value) ? significant(value) : null];
}

/** As many digits as a chart can show, so that the page is light. */
function significant(value: number): number {
  return Number(value.toPrecision(5));
}
