import { pythonFixed } from '../../base/printf';
import { listOf, plural } from '../../base/words';
import type { Experiment } from '../../experiment/types';
import { conditionsText, placeOf, type Conditions, type Finding, type Point, type Run } from '../../run/run';
import { placeText } from '../../run/words';
import { leastCoverage, widening, type Interval } from '../../statistics/conformal';
import type { Metric, Study } from '../../study/types';
import { canonicalJson } from '../../base/canonical';
import { bandedMetric, type Band, type Bands } from '../bands';
import { isOfChance } from '../collapse';
import { guessOf, placeInBand, widened, type PlacedCell, type Placement } from '../placement';
import { otherTraining } from './experiment';
import { checkOf, type Check } from './finding';
import { outsideText } from './outside';

export interface JudgedByBands {
  readonly check: Check;
  /** That the run was judged as. */
  readonly conditions?: Conditions;
  /** Missing where the run could not be held against a band. */
  readonly placement?: Placement;
  /** Of a run of which every number of the band was judged; see `pValueOf` in conformal.ts. */
  readonly pValue?: number;
}

/** What a run is held against. */
export interface References {
  readonly study: Pick<Study, 'conditions' | 'metrics' | 'chance'>;
  /** Missing where another trainer makes the study's runs. */
  readonly experiment?: Experiment;
  /** Of the data set that the run should be of, if there are any. */
  readonly bands?: Bands;
  /** Of that data set. */
  readonly dataName?: string;
  /** The runs that the bands were made of, where they are at hand: they are no new ones. */
  readonly ours?: readonly Run[];
}

/** A run to be held against a band. */
export interface BandSubject {
  readonly run: Run;
  /** What is known of them; of several bands that agree with it, the one that fits best counts. */
  readonly conditions: Conditions;
}

/**
 * Holds the numbers of a run against the band of its conditions.
 *
 * @param together runs that are judged at once by this band
 */
export function checkInBands(
  { run, conditions }: BandSubject,
  references: References,
  together = 1,
): JudgedByBands {
  const { study, experiment, bands } = references;
  const { metrics, chance } = study;
  const notJudged = (verdict: Check['verdict'], reason: string): JudgedByBands => ({
    check: { name: 'bands', verdict, reason, findings: [] },
    ...(isWhole(conditions, study) && { conditions }),
  });
  const other = notComparable(run, references);
  if (bands === undefined || other !== undefined)
    return notJudged(
      'no-reference',
      other ??
        (experiment === undefined
          ? 'there are no bands yet: assay bands LOGS… makes them'
          : 'there are no bands for this data set yet'),
    );
  const untold = untoldOf(run, metrics);
  if (untold !== undefined) return notJudged(untold.verdict, untold.reason);
  const candidates = bands.bands.filter((band) => agree(band.conditions, conditions));
  if (candidates.length === 0)
    return notJudged('no-reference', `there is no band for ${conditionsText(conditions)}`);
  const guess = guessOf(bands, chance && { ...chance }, testCountOf(run, experiment));
  const [{ band, placement }] = candidates
    .map((candidate) => {
      const band = widened(candidate, metrics, together);
      return { band, placement: placeInBand(run, band, metrics, guess) };
    })
    .sort((a, b) => misfit(a.placement) - misfit(b.placement));
  if (placement.cells.length === 0 && !placement.collapsed)
    return notJudged('inconclusive', 'none of its numbers has a place in the band');
  if (placement.collapsed && candidates.length > 1)
    return notJudged(
      'inconclusive',
      `a run that never learned does not tell its ${listOf(study.conditions.map(({ name, title }) => title ?? name))}: give ${
        study.conditions.length === 1 ? 'it' : 'them'
      } with --condition`,
    );
  const untoldByGuess = metrics.filter(({ name }) => guess === undefined || !isOfChance(name, guess));
  if (placement.collapsed && placement.verdict === 'pass' && untoldByGuess.length > 0)
    return notJudged(
      'inconclusive',
      `the run never learned, as ${band.collapse?.collapsed} of ${band.runs} did not; what ${listOf(
        untoldByGuess.map(({ name }) => name),
      )} of such a run may be is not known, as chance in study.json does not name ${untoldByGuess.length === 1 ? 'it' : 'them'}`,
    );
  const check = checkOf(
    'bands',
    placement.verdict === 'pass' ? [] : findingsOf(run, placement, guess?.classes),
  );
  const unjudged = unjudgedOf(run, band, metrics, placement);
  const reason = [
    reasonOf(band, candidates.length > 1, placement, together),
    ...judgedWords(placement, metrics),
    ...unjudged,
  ].join('; ');
  const verdict = check.verdict === 'pass' && unjudged.length > 0 ? 'inconclusive' : check.verdict;
  return {
    check: { ...check, verdict, reason },
    conditions: band.conditions,
    placement,
    ...(unjudged.length === 0 && { pValue: placement.pValue }),
  };
}

/** Whether each condition of the study has its value. */
function isWhole(conditions: Conditions, { conditions: known }: References['study']): boolean {
  return known.every(({ name }) => name in conditions);
}

/** Whether nothing that is known contradicts the conditions of a band. */
function agree(ofBand: Conditions, known: Conditions): boolean {
  return Object.entries(known).every(([name, value]) => Object.is(ofBand[name], value));
}

/** Why a run is none of those that the bands are about. */
function notComparable(run: Run, { study, experiment, bands, dataName }: References): string | undefined {
  if (bands === undefined) return undefined;
  if (canonicalJson(bands.metrics) !== canonicalJson(study.metrics.map(bandedMetric)))
    return 'the bands are of other metrics than the study has: make them again with assay bands';
  const names = study.conditions.map(({ name }) => name);
  if (bands.bands.some(({ conditions }) => !names.every((name) => name in conditions)))
    return 'the bands are of other conditions than the study has: make them again with assay bands';
  if (bands.experiment?.sha256 !== experiment?.sha256) return 'the bands are those of another experiment';
  const { experimentSha256, dataSha256 } = run.stated;
  if (experimentSha256 !== undefined && experimentSha256.value !== bands.experiment?.sha256)
    return 'the bands are those of another experiment';
  if (dataSha256 !== undefined && dataSha256.value !== bands.data?.sha256)
    return 'the bands are those of another data set';
  if (experiment === undefined || dataName === undefined) return undefined;
  const [other] = otherTraining(run, { experiment, dataName });
  return other && `the bands are those of the experiment: ${other.message}`;
}

/** What keeps the numbers of a run from having places. */
function untoldOf(
  { series }: Run,
  metrics: readonly Metric[],
): { readonly verdict: 'no-reference' | 'inconclusive'; readonly reason: string } | undefined {
  const missing = metrics.filter(({ name }) => (series[name] ?? []).length === 0).map(({ name }) => name);
  if (missing.length === metrics.length)
    return { verdict: 'no-reference', reason: `the log has none of ${listOf(missing)}` };
  for (const { name } of metrics) {
    const places = new Set<string>();
    for (const point of series[name] ?? []) {
      if (places.has(placeOf(point)))
        return {
          verdict: 'inconclusive',
          reason: `there are two numbers of ${name} for ${placeText(point)}: see the protocol`,
        };
      places.add(placeOf(point));
    }
  }
  return undefined;
}

function testCountOf({ stated }: Run, experiment: Experiment | undefined): number | undefined {
  return experiment?.data.testCount ?? stated.testCount?.value;
}

/** How badly a band fits: by the numbers that are outside, then by the farthest. */
function misfit({ score, cells, limit }: Placement): number {
  const outside = cells.filter(({ deviation }) => !(deviation <= limit)).length;
  return outside + (score === Infinity ? 1 : score / (score + limit));
}

/** What of the run, or of the band, was not judged. */
function unjudgedOf({ series }: Run, band: Band, metrics: readonly Metric[], { cells }: Placement): string[] {
  const unjudged = metrics.flatMap((metric) => {
    const { name } = metric;
    const wanted = band.series[name].length;
    const [got, placed] = [series[name]?.length ?? 0, cells.filter((cell) => cell.metric === metric).length];
    return [
      ...(placed < wanted
        ? [`the log lacks ${wanted - placed} of the ${wanted} numbers of ${name} in the band`]
        : []),
      ...(placed < got
        ? [
            `${got - placed} of ${got} numbers of ${name} ${got - placed === 1 ? 'has' : 'have'} no place in the band, and ${got - placed === 1 ? 'is' : 'are'} not judged`,
          ]
        : []),
    ];
  });
  const longest = metrics
    .flatMap(({ name }) => band.series[name])
    .reduce((most, { epoch = 0 }) => Math.max(most, epoch), 0);
  const told = metrics.flatMap(({ name }) => (series[name] ?? []).map(({ epoch = 0 }) => epoch));
  const more = new Set(told.filter((epoch) => epoch > longest)).size;
  if (longest > 0 && more > 0)
    unjudged.unshift(
      `the log has ${plural(more, 'epoch')} more than the runs of the band, which have ${longest}`,
    );
  const coarse = cells.filter((cell) => isCoarse(cell, band.decimals?.[cell.metric.name])).length;
  if (coarse > 0)
    unjudged.push(
      `${plural(coarse, 'number')} ${coarse === 1 ? 'is' : 'are'} printed with too few decimals to be judged`,
    );
  return unjudged;
}

/** Whether the last digit is worth half of the interval or more: there is little that such a number could not be. */
function isCoarse(
  { point: { decimals }, interval: { lower, upper } }: PlacedCell,
  ofBand: number | undefined,
): boolean {
  if (ofBand !== undefined && decimals !== undefined && decimals >= ofBand) return false;
  return decimals !== undefined && 1 / Number(`1e${decimals}`) >= (upper - lower) / 2;
}

/** With which confidence a coverage is said to be the least. */
const CONFIDENCE = 0.95;

function reasonOf(
  { conditions, runs, coverage, collapse }: Band,
  isChosen: boolean,
  { collapsed }: Placement,
  together: number,
): string {
  const percent = (share: number): string => `${pythonFixed(100 * share, 1)} %`;
  const setting = [conditionsText(conditions), ...(isChosen ? ['which fits best'] : [])].filter(
    (text) => text !== '',
  );
  const least = percent(leastCoverage(coverage, runs, CONFIDENCE));
  const band =
    `${setting.join(', ')}${setting.length === 0 ? '' : ': '}band of ${runs} runs, ${percent(coverage)} of new runs pass ` +
    `(on average over such ensembles; with this one at least ${least}, with ${100 * CONFIDENCE} % confidence)`;
  const wider =
    together === 1
      ? ''
      : `; ${pythonFixed(widening(together), 2)} times as wide, for ${together} runs at once`;
  if (!collapsed || collapse === undefined) return `${band}${wider}`;
  const { level, lower, upper } = collapse;
  const interval = `${percent(lower)} to ${percent(upper)} at level ${level}`;
  return `${band}; the run never learned, as ${collapse.collapsed} of ${collapse.of} did not (${interval}, Clopper–Pearson)`;
}

/** What the verdict is about: a metric that the log lacks is not judged. */
function judgedWords({ cells, collapsed }: Placement, metrics: readonly Metric[]): string[] {
  const names = metrics
    .map(({ name }) => name)
    .filter((name) => cells.some(({ metric }) => metric.name === name));
  return collapsed || names.length === 0
    ? []
    : [`judged: ${plural(cells.length, 'number')} of ${listOf(names)}`];
}

function findingsOf({ series, source }: Run, placement: Placement, classes: number | undefined): Finding[] {
  const { collapsed, cells, limit, notGuessed } = placement;
  if (collapsed) {
    const message = 'the run never learned: all its tests and losses are those of a guess';
    const lines = Object.values(series).flatMap((points) => points.flatMap(({ line }) => line ?? []));
    const last = lines.reduce((most, line) => Math.max(most, line), source.line);
    return [{ rule: 'collapse', line: last, message }];
  }
  if (notGuessed.length > 0) {
    const message = `most tests are those of a guess among ${classes} classes, and this is not`;
    const lines = [...new Set(notGuessed.map(({ line }) => line))];
    return lines.map((line) => ({ rule: 'collapse', line, message }));
  }
  return cells.flatMap(({ metric, point, value, interval, deviation }): Finding[] => {
    if (deviation <= limit) return [];
    const text = outsideOf(metric, point, value, interval);
    return [
      {
        rule: 'band',
        line: point.line,
        message: `${placeText(point, metric.steps)}: ${metric.name} ${text}`,
      },
    ];
  });
}

function outsideOf(
  metric: Metric,
  { value: printed, decimals }: Point,
  value: number,
  interval: Interval,
): string {
  return decimals === undefined
    ? outsideText({ value, decimals: metric.decimals }, interval, metric.decimals)
    : outsideText({ value: printed, decimals }, interval, metric.decimals);
}
