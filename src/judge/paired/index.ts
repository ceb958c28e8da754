import { pythonFixed } from '../../base/printf';
import { plural } from '../../base/words';
import { conditionsText, placeOf, type Finding, type Point, type Run } from '../../run/run';
import { placeText } from '../../run/words';
import { runsNeeded } from '../../statistics/conformal';
import { lossMetricOf } from '../../study/metrics';
import type { Metric, Study } from '../../study/types';
import { firstDeparture, limitsAt } from '../beginning';
import { checkOf, type Check } from '../check/finding';
import { guessOf, nearestOf } from '../placement';
import { couldBeOfOneSeed } from '../seed/candidates';
import { RULED_OUT } from '../seed/confirm';
import { resemblance, type Resemblance } from '../seed/resemblance';
import { pairsAt, type Pairs } from '../stored/pairs';
import type { Rounding } from '../stored/rounding';
import { howFarApart, sameNumbers } from './apart';
import type { Farness, Feature } from './farthest';
import { howFarFromNeighbours } from './neighbours';
import { precedesUpdates } from './places';

export interface PairedReferences {
  readonly study: Pick<Study, 'metrics' | 'chance' | 'level'>;
  /** How far rounding takes two runs of one seed apart; missing where no pairs were measured. */
  readonly pairs: Pairs | undefined;
  /**
   * Runs of ours of the same seed and setting, each from weights moved to a neighbouring float32 (train/neighbours.ts). If given, they take the
   * place of the pairs.
   */
  readonly neighbours?: readonly Run[];
  /** The same of their first steps, one by one; and the samples of a step, by which steps are counted. */
  readonly firstSteps: { readonly rounding: Rounding; readonly batchSize: number } | undefined;
  /** Runs with other seeds, of whatever settings. */
  readonly others: readonly Run[];
}

/** What a run is held against. */
export interface Counterpart {
  readonly run: Run;
  /** In messages. */
  readonly name: 'ours' | 'B';
}

/**
 * Holds a log against another run of the same seed and setting, mostly ours. If both do the same, they had the same draws and differ by
 * rounding alone; what other seeds would hide, shows. What is not there to its end does not pass. In the order of the run:
 *
 * 1. `start`: the loss before any update follows from seed, model and data. It agrees to its last digits.
 * 2. `first-steps`: the next losses agree but for what rounding was seen to do there (beginning.ts).
 * 3. `apart`: after that, the two are no farther apart than measured pairs of implementations are (apart.ts), or the run is no farther from
 *    ours and its neighbours than these are from each other (neighbours.ts).
 * 4. `draws`: where no pairs were measured, losses of the same draws still rise and fall together (resemblance.ts). That can show other
 *    draws, and not that all else is the same.
 *
 * @param run of whatever trainer
 * @param other its conditions are those of both; ours has the losses of all steps, of one epoch at least
 */
export function judgePaired(run: Run, other: Counterpart, references: PairedReferences): Check {
  const draws = drawsOf(run, other, references);
  const parts = [seedOf, endOf, startOf, firstStepsOf].map((part) => part(run, other, references));
  const failed = parts.find((part) => part?.verdict === 'fail');
  const later = failed ?? apartOf(run, other, references);
  const byDraws = later.verdict === 'no-reference' && draws?.verdict === 'fail' ? draws : undefined;
  const decisive = byDraws ?? later;
  const open = parts.find((part) => part?.verdict === 'inconclusive');
  const check = checkOf('paired', decisive.findings);
  const told = [...parts, failed === undefined ? later : undefined, draws].flatMap(
    (part) => part?.reason ?? [],
  );
  return {
    ...check,
    verdict: decisive.verdict === 'pass' ? (open?.verdict ?? 'pass') : decisive.verdict,
    reason: [nameOf(other), ...told].filter((part) => part !== '').join('; '),
  };
}

function nameOf({ name, run: { seed, conditions } }: Counterpart): string {
  const known = [...(seed === undefined ? [] : [`seed ${seed}`]), conditionsText(conditions)].filter(Boolean);
  return name === 'ours' ? `our run of ${known.join(', ')}` : known.join(', ');
}

/** What one of the things that are looked at comes to; undefined where the log has nothing for it. */
type Part = Pick<Check, 'verdict' | 'findings'> & { readonly reason: string };

type LookedAt = (run: Run, other: Counterpart, references: PairedReferences) => Part | undefined;

/** A log may say its seed: another one contradicts it, as another setting would. */
const seedOf: LookedAt = ({ seed, source }, { run: other, name }) => {
  if (seed === undefined || other.seed === undefined || seed === other.seed) return undefined;
  const message = `its seed is stated as ${seed}, and ${name} has ${other.seed}`;
  const finding = { rule: 'seed', line: Math.max(1, source.line), message };
  return { verdict: 'fail', reason: 'it is stated to have another seed', findings: [finding] };
};

/** Of two logs, where one ends before the other; of what only one of them logs nothing follows. Ours is as long as it is asked to be. */
const endOf: LookedAt = (run, { run: other, name }, { study }) => {
  if (name === 'ours') return undefined;
  for (const metric of study.metrics) {
    const [a, b] = [run, other].map(({ series }) => series[metric.name]?.at(-1)?.epoch);
    if (a === undefined || b === undefined || a === b) continue;
    const [shorter, end, to] = a < b ? ['A', a, b] : [name, b, a];
    const reason = `${metric.name} of ${shorter} ends at epoch ${end}, and the other's goes on to epoch ${to}`;
    return { verdict: 'inconclusive', reason, findings: [] };
  }
  return undefined;
};

const startOf: LookedAt = (run, { run: other, name }, { study }) => {
  const metric = lossMetricOf(study);
  const [got, wanted] = [run, other].map(({ series }) =>
    series[metric?.name ?? '']?.find((point) => metric !== undefined && precedesUpdates(metric, point)),
  );
  if (metric === undefined || got === undefined || wanted === undefined) return undefined;
  if (couldBeOfOneSeed(got, wanted))
    return { verdict: 'pass', reason: `the ${metric.name} before any update is the same`, findings: [] };
  const message =
    `${metric.name} ${valueText(got, got, metric)}, before any update, and ${name} has ${valueText(wanted, got, metric)}: ` +
    'another seed or stream of random numbers, or another model, data or loss';
  const finding = { rule: 'start', line: got.line, message };
  return { verdict: 'fail', reason: 'it starts otherwise', findings: [finding] };
};

const firstStepsOf: LookedAt = (run, { run: other, name }, { study, firstSteps }) => {
  const metric = lossMetricOf(study);
  const limits = limitsAt(other.conditions, firstSteps?.rounding);
  if (metric === undefined || limits === undefined || firstSteps === undefined) return undefined;
  const [printed, wantedAt] = [run, other].map(
    ({ series }) => new Map((series[metric.name] ?? []).map((point) => [placeOf(point), point])),
  );
  // The first loss precedes the updates.
  const told = limits.most.flatMap((most, i) => {
    const place = placeOf({ epoch: 1, step: i * firstSteps.batchSize });
    const [own, wanted] = [printed.get(place), wantedAt.get(place)];
    return i === 0 || own === undefined || wanted === undefined
      ? []
      : [{ i, own, wanted, most, greatest: limits.greatest[i] }];
  });
  if (told.length === 0) return undefined;
  const departure = firstDeparture(
    told.map(({ own, wanted }) => nearestOf(wanted, own)[0]),
    told.map(({ own, wanted }) => nearestOf(wanted, own)[1]),
    { most: told.map(({ most }) => most), greatest: told.map(({ greatest }) => greatest) },
  );
  if (departure === undefined)
    return {
      verdict: 'pass',
      reason: `${plural(told.length, 'step')} after it are as near as rounding leaves them`,
      findings: [],
    };
  const { distance, limit, mayBeRounding } = departure;
  const { i: step, own, wanted } = told[departure.step];
  const far = `${distance.toExponential(1)} of it apart, where rounding`;
  const reason = mayBeRounding
    ? `step ${step} is ${far} mostly leaves ${limit.toExponential(1)} at most: a leap of rounding, or a small change`
    : 'the first steps are others';
  const message =
    `${metric.name} ${valueText(own, own, metric)} of step ${step}, and ${name} has ${valueText(wanted, own, metric)}: ` +
    `${far} was never seen to leave more than ${limit.toExponential(1)}`;
  return mayBeRounding
    ? { verdict: 'inconclusive', reason, findings: [] }
    : { verdict: 'fail', reason, findings: [{ rule: 'first-steps', line: own.line, message }] };
};

function apartOf(run: Run, counterpart: Counterpart, references: PairedReferences): Part {
  const { metrics, level } = references.study;
  const { count, areSame } = sameNumbers({ a: run, b: counterpart.run }, metrics);
  if (count > 0 && areSame) {
    const reason = `${plural(count, 'number')} after that ${count === 1 ? 'is' : 'are'} the same, to the last digit of the log`;
    return { verdict: 'pass', reason, findings: [] };
  }
  const beside = references.neighbours === undefined ? besidePairs : besideNeighbours;
  const { others, farness, words } = beside(run, counterpart, references);
  const needed = runsNeeded(level);
  if (others < needed || farness === undefined) {
    const reason =
      others < needed
        ? `${words.counted}, and the level ${level} takes ${needed}`
        : `the log has no number where ${words.others} have theirs`;
    return { verdict: 'no-reference', reason, findings: [] };
  }
  const isFar = farness.pValue <= 1 - level + ROUNDING;
  return {
    verdict: isFar ? 'fail' : 'pass',
    reason: farnessText(farness, words, level),
    findings: isFar ? farFindings(farness, words) : [],
  };
}

/** What the later numbers are compared with. */
interface Beside {
  readonly others: number;
  readonly farness: Farness | undefined;
  readonly words: Words;
}

interface Words {
  /** How many there are, where they are too few. */
  readonly counted: string;
  readonly others: string;
  readonly one: string;
  /** From what a number is far. */
  readonly from: string;
  /** What has the other number. */
  readonly other: string;
}

function besidePairs(
  run: Run,
  { run: other, name }: Counterpart,
  { study, pairs }: PairedReferences,
): Beside {
  const measured = pairs === undefined ? [] : pairsAt(other.conditions, pairs, other.seed);
  const guess = guessOf(undefined, study.chance, other.stated.testCount?.value);
  const setting = conditionsText(other.conditions);
  const were = measured.length === 1 ? 'was' : 'were';
  return {
    others: measured.length,
    farness: howFarApart({ a: run, b: other }, measured, study.metrics, guess),
    words: {
      counted: `${plural(measured.length, 'pair')} of runs of one seed by two implementations ${were} measured${setting && ` at ${setting}`}`,
      others: `${measured.length} pairs of implementations`,
      one: 'pair',
      from: 'apart',
      other: `${name} has`,
    },
  };
}

function besideNeighbours(
  run: Run,
  { run: ours }: Counterpart,
  { study, neighbours = [] }: PairedReferences,
): Beside {
  const others = [ours, ...neighbours];
  const guess = guessOf(undefined, study.chance, ours.stated.testCount?.value);
  return {
    others: others.length,
    farness: howFarFromNeighbours(run, others, study.metrics, guess),
    words: {
      counted: `${plural(others.length, 'run')} of this seed ${others.length === 1 ? 'was' : 'were'} trained`,
      others: `our ${others.length} runs of this seed, which differ by rounding alone`,
      one: 'of them',
      from: 'from the mean of the others',
      other: 'the mean of ours is',
    },
  };
}

/** 1 − 0.95 is 0.05, but not in floating point. */
const ROUNDING = 1e-9;

/** Whether the losses rise and fall together; undefined where too few can be compared. */
const drawsOf: LookedAt = (run, { run: other, name }, { study, others }) => {
  const found = resemblanceOf(run, other, study, others);
  if (found === undefined) return undefined;
  const reason = `its losses and those of the other rise and fall together by r = ${pythonFixed(found.r, 3)} over ${found.n}, ${probabilityText(found.p)} for other draws`;
  if (found.p <= RULED_OUT) return { verdict: 'pass', reason, findings: [] };
  const message = `its losses go with those of ${name} no more than those of another seed do`;
  return { verdict: 'fail', reason, findings: [{ rule: 'draws', message }] };
};

/** Farther out, the normal distribution of Fisher's z says nothing that so few losses can bear. */
const LEAST_P = 1e-16;

function probabilityText(p: number): string {
  return p < LEAST_P ? `p < ${LEAST_P.toExponential(0)}` : `p = ${p.toExponential(1)}`;
}

function resemblanceOf(
  run: Run,
  other: Run,
  study: PairedReferences['study'],
  others: readonly Run[],
): Resemblance | undefined {
  const metric = lossMetricOf(study);
  const setting = conditionsText(other.conditions);
  const beside = others.filter(
    ({ conditions, seed }) => conditionsText(conditions) === setting && seed !== other.seed,
  );
  if (metric === undefined || study.chance === undefined || beside.length < 2) return undefined;
  const places = beside[0].series[metric.name]
    .filter((point) => !precedesUpdates(metric, point))
    .map(placeOf);
  const lossesOf = ({ series }: Run): (number | undefined)[] => {
    const points = new Map((series[metric.name] ?? []).map((point) => [placeOf(point), point.value]));
    return places.map((place) => points.get(place));
  };
  return resemblance(lossesOf(run), lossesOf(other), beside.map(lossesOf), study.chance.classes);
}

function farnessText(farness: Farness, { others, one, from }: Words, level: number): string {
  const { times, by, farthestOther, pValue } = farness;
  return (
    `the numbers after that are ${timesText(times)} as far ${from} as is typical of ${others} ` +
    `(${by.metric.name}, ${howText(by)}; the farthest ${one} ${timesText(farthestOther)}), p = ${pythonFixed(pValue, 3)}; ` +
    `of runs that differ as these do, ${pythonFixed(100 * (1 - level), 1)} % fail at most`
  );
}

function howText({ kind, isWorse }: Feature): string {
  const side = isWorse ? 'worse' : 'better';
  switch (kind) {
    case 'apart':
      return 'in the root mean square';
    case 'side':
      return `${side} as a whole`;
    case 'start':
      return `the first number is ${side}`;
  }
}

/** The numbers that are farther than those of any other; where there are none, all of them together are. */
function farFindings({ cells, by, times }: Farness, { from, other }: Words): Finding[] {
  const far = cells.filter(({ times, most }) => !(times <= most));
  if (far.length === 0) {
    const message = `${by.metric.name}, ${howText(by)}: ${timesText(times)} as far ${from} as is typical`;
    return [{ rule: 'apart', message }];
  }
  return far.map(({ metric, a, b, times, most }) => ({
    rule: 'apart',
    line: a.line,
    message:
      `${placeText(a, metric.steps)}: ${metric.name} ${valueText(a, a, metric)}, and ${other} ${valueText(b, a, metric)}: ` +
      `${timesText(times)} as far ${from} as is typical, ${timesText(most)} at most`,
  }));
}

function timesText(times: number): string {
  return `${times < 99.95 ? pythonFixed(times, 1) : Number(times.toPrecision(2))} times`;
}

/** With the digits of the log. */
function valueText({ value }: Point, { decimals }: Point, metric: Metric): string {
  return pythonFixed(value, decimals ?? metric.decimals);
}
