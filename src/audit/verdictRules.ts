import { AssayError } from '../base/errors';
import { readTextOrFail } from '../base/files';
import { schemaOf } from '../base/schema';
import { conditionsText, type ConditionValue } from '../run/run';
import type { Metric, Study } from '../study/types';
import type { JudgingTerms } from './terms';
import type { RunNumbers } from './types';
import { bestOf, collapses, isAsGood, metricOf, wholeCurve, type EpochPoint } from './views';
import { show, showDifference } from './words';

/** How cells of a verdict table are computed from runs: `rules.json` of a study. */
export interface VerdictRules {
  /** What agreement with them is worth. */
  readonly note?: string;
  readonly rules: readonly VerdictRule[];
}

interface OfRow {
  /** The name of the row. */
  readonly row: string;
  /** Of the metric that it goes by. */
  readonly metric: string;
  /** The rule in words, for a reader of the audit. */
  readonly explanation: string;
  /** What a reported word comes to in the words of the rule: that of which it has one of the parts; the first that fits. */
  readonly meanings?: readonly { readonly word: string; readonly parts: readonly string[] }[];
}

/** The run that is as good first as the run whose best is the least good; the others by whether a condition is below or above its. */
interface Fastest extends OfRow {
  readonly rule: 'fastest';
  readonly by: string;
  readonly words: { readonly first: string; readonly below: string; readonly above: string };
}

/** Whether a share never becomes worse from one epoch to the next by more than two standard errors of the difference. */
interface Stability extends OfRow {
  readonly rule: 'stability';
  readonly words: { readonly stable: string; readonly unstable: string };
}

/** By the last value: the first grade that it reaches. */
interface Grades extends OfRow {
  readonly rule: 'grades';
  readonly grades: readonly { readonly from: number; readonly word: string }[];
  readonly otherwise: string;
}

/** Which of the runs to keep: the stable one that is best in the end; what to do about the others. */
interface Recommendation extends OfRow {
  readonly rule: 'recommendation';
  readonly by: string;
  readonly words: {
    readonly best: string;
    /** Not the best, and still at its own best in its last epoch. */
    readonly improving: string;
    /** Not stable, or beaten by a run of which the condition is less. */
    readonly less: string;
    readonly otherwise: string;
  };
}

/** The run that is best in the end. The name of the row is a mark in the header. */
interface Best extends OfRow {
  readonly rule: 'best';
}

export type VerdictRule = Fastest | Stability | Grades | Recommendation | Best;

const schema = schemaOf<VerdictRules>('rules', 'rules-invalid');

/**
 * @param where names the text in messages
 * @throws AssayError `json-syntax`, `rules-invalid`
 */
export function parseRules(text: string, where: string): VerdictRules {
  return schema.parse(text, where);
}

/**
 * Rules from their file.
 *
 * @throws AssayError `file-not-found`, `file-unreadable`, `json-syntax`, `rules-invalid`, the last also where the study has no such
 *   metric that is told per epoch, or no such condition that is a number.
 */
export async function loadRules(
  path: string,
  { metrics, conditions }: Pick<Study, 'metrics' | 'conditions'>,
): Promise<VerdictRules> {
  const file = parseRules(await readTextOrFail(path), path);
  const possible = {
    metric: metrics.filter(({ per }) => per === 'epoch').map(({ name }) => name),
    by: conditions.filter(({ values }) => values === undefined).map(({ name }) => name),
  };
  for (const [i, rule] of file.rules.entries()) {
    const named = { metric: rule.metric, ...('by' in rule && { by: rule.by }) };
    for (const [key, name] of Object.entries(named) as ['metric' | 'by', string][]) {
      if (possible[key].includes(name)) continue;
      throw new AssayError('rules-invalid', {
        what: 'the study has nothing of this name',
        where: `${path}, rules[${i}].${key}`,
        expected: possible[key].join(', ') || 'none',
        got: name,
      });
    }
  }
  return file;
}

/** The rule of a row, whatever its letters' case. */
export function ruleOf(rules: VerdictRules | undefined, row: string): VerdictRule | undefined {
  return rules?.rules.find((rule) => rule.row.toLowerCase() === row.toLowerCase());
}

/** What a reported word comes to in the words of a rule. */
export function meaningOf({ meanings = [] }: VerdictRule, reported: string): string {
  const text = reported.toLowerCase();
  return meanings.find(({ parts }) => parts.some((part) => text.includes(part)))?.word ?? reported;
}

export interface ComputedWord {
  readonly word: string;
  /** The numbers that it is made from. */
  readonly because: string;
}

/** A word for a run, beside the other runs; undefined when what the rule goes by is not known, such as a test or a condition. */
export function computeRule(
  rule: VerdictRule,
  run: RunNumbers,
  all: readonly RunNumbers[],
  terms: JudgingTerms,
): ComputedWord | undefined {
  const metric = metricOf(terms.metrics, rule.metric);
  switch (rule.rule) {
    case 'fastest':
      return fastest(rule, metric, run, all);
    case 'stability': {
      const found = stability(metric, run, terms);
      const { stable, unstable } = rule.words;
      return found && { word: found.isStable ? stable : unstable, because: found.because };
    }
    case 'grades':
      return grade(rule, metric, run);
    case 'recommendation':
      return recommendation(rule, metric, run, all, terms);
    case 'best':
      return best(rule, metric, run, all);
  }
}

function fastest(
  { by, words }: Fastest,
  metric: Metric,
  run: RunNumbers,
  all: readonly RunNumbers[],
): ComputedWord | undefined {
  const curves = curvesOf(all, metric);
  if (curves === undefined) return undefined;
  const bests = curves.map(({ points }) => bestOf(metric, valuesOf(points)));
  const target = bests.reduce((worst, value) => (isAsGood(metric, worst, value) ? value : worst));
  const arrivals = curves.flatMap(({ run, points }) => {
    const at = points.find(({ value }) => isAsGood(metric, value, target));
    return at === undefined ? [] : [{ run, epoch: at.epoch, value: at.value }];
  });
  const own = arrivals.find((arrival) => arrival.run === run);
  if (own === undefined) return undefined;
  const goodness = sign(metric);
  const [first, second] = arrivals.sort((a, b) => a.epoch - b.epoch || goodness * (b.value - a.value));
  if (second?.epoch === first.epoch && second.value === first.value) return undefined;
  const are = metric.kind === 'percent' ? 'are' : 'is';
  const because = `${show(metric, target)} ${are} reached in epoch ${own.epoch}, with ${show(metric, own.value)}`;
  if (first.run === run) return { word: words.first, because };
  const [is, ofFirst] = [run.conditions[by], first.run.conditions[by]];
  if (!isNumber(is) || !isNumber(ofFirst)) return undefined;
  return { word: is < ofFirst ? words.below : words.above, because };
}

/** Undefined where it is not known of how many samples the share is. */
function stability(
  metric: Metric,
  run: RunNumbers,
  { metrics, guess }: JudgingTerms,
): { readonly isStable: boolean; readonly because: string } | undefined {
  const points = wholeCurve(run, metric);
  if (points === undefined || points.length < 2) return undefined;
  const last = points[points.length - 1];
  if (collapses(run, metrics, guess))
    return { isStable: false, because: `collapsed: ${show(metric, last.value)}` };
  const goodness = sign(metric);
  const losses = points.slice(1).map((point, i) => ({
    epoch: point.epoch,
    by: goodness * (points[i].value - point.value),
    allowed: 2 * standardError(metric, [points[i], point]),
  }));
  if (losses.some(({ by, allowed }) => Number.isNaN(by) || Number.isNaN(allowed))) return undefined;
  const worst = losses.reduce((a, b) => (b.by - b.allowed > a.by - a.allowed ? b : a), {
    epoch: 1,
    by: 0,
    allowed: 0,
  });
  const verb = metric.better === 'higher' ? 'falls' : 'rises';
  if (worst.by > worst.allowed) {
    return {
      isStable: false,
      because: `${verb} by ${showDifference(metric, worst.by)} in epoch ${worst.epoch}; two standard errors are ${showDifference(metric, worst.allowed)}`,
    };
  }
  const greatest = Math.max(0, ...losses.map(({ by }) => by));
  return {
    isStable: true,
    because:
      greatest === 0
        ? `never ${verb}`
        : `${verb} by at most ${showDifference(metric, greatest)}, never by more than two standard errors`,
  };
}

function grade({ grades, otherwise }: Grades, metric: Metric, run: RunNumbers): ComputedWord | undefined {
  const last = wholeCurve(run, metric)?.at(-1);
  if (last === undefined) return undefined;
  const word = grades.find(({ from }) => isAsGood(metric, last.value, from))?.word ?? otherwise;
  return { word, because: show(metric, last.value) };
}

function recommendation(
  { by, words }: Recommendation,
  metric: Metric,
  run: RunNumbers,
  all: readonly RunNumbers[],
  terms: JudgingTerms,
): ComputedWord | undefined {
  const points = wholeCurve(run, metric);
  const stable = stability(metric, run, terms);
  if (points === undefined || stable === undefined) return undefined;
  if (!stable.isStable) return { word: words.less, because: `not stable: ${stable.because}` };
  const last = lastOf(points);
  const others = curvesOf(
    all.filter((other) => other !== run),
    metric,
  )?.map(({ run: { conditions }, points }) => ({ conditions, value: lastOf(points) }));
  if (others === undefined) return undefined;
  const better = others.filter(({ value }) => !isAsGood(metric, last, value));
  if (better.length === 0) {
    const isBest = others.every(({ value }) => value !== last);
    return isBest ? { word: words.best, because: `stable, and best with ${show(metric, last)}` } : undefined;
  }
  const own = run.conditions[by];
  if (!isNumber(own) || better.some(({ conditions }) => !isNumber(conditions[by]))) return undefined;
  const less = better.find(({ conditions }) => (conditions[by] as number) < own);
  if (less !== undefined) {
    return {
      word: words.less,
      because: `${conditionsText(less.conditions)} ends with ${show(metric, less.value)}, this one with ${show(metric, last)}`,
    };
  }
  const ownBest = bestOf(metric, valuesOf(points));
  return ownBest === last
    ? {
        word: words.improving,
        because: `stable, and at its best in its last epoch, with ${show(metric, last)}`,
      }
    : { word: words.otherwise, because: `stable, but past its best of ${show(metric, ownBest)}` };
}

function best(
  { row }: Best,
  metric: Metric,
  run: RunNumbers,
  all: readonly RunNumbers[],
): ComputedWord | undefined {
  const finals = curvesOf(all, metric)?.map(({ run, points }) => ({ run, value: lastOf(points) }));
  const own = finals?.find((final) => final.run === run);
  if (finals === undefined || own === undefined) return undefined;
  const others = finals.filter((final) => final !== own);
  const isBeaten = others.some(({ value }) => !isAsGood(metric, own.value, value));
  if (!isBeaten && others.some(({ value }) => value === own.value)) return undefined;
  return { word: isBeaten ? '' : row, because: show(metric, own.value) };
}

/** Undefined when one of the runs is not known whole. */
function curvesOf(
  runs: readonly RunNumbers[],
  metric: Metric,
): { readonly run: RunNumbers; readonly points: readonly EpochPoint[] }[] | undefined {
  const curves = runs.flatMap((run) => {
    const points = wholeCurve(run, metric);
    return points === undefined ? [] : [{ run, points }];
  });
  return curves.length === runs.length ? curves : undefined;
}

function valuesOf(points: readonly EpochPoint[]): number[] {
  return points.map(({ value }) => value);
}

function lastOf(points: readonly EpochPoint[]): number {
  return points[points.length - 1].value;
}

function sign({ better }: Metric): 1 | -1 {
  return better === 'higher' ? 1 : -1;
}

function isNumber(value: ConditionValue | undefined): value is number {
  return typeof value === 'number';
}

/** Of the difference of two shares, in their unit, as if the two were of different samples: it is a little less. NaN where it is not known of how many. */
function standardError({ kind }: Metric, points: readonly EpochPoint[]): number {
  const whole = kind === 'percent' ? 100 : 1;
  const variance = ({ value, count }: EpochPoint): number => {
    const share = value / whole;
    return (share * (1 - share)) / (count?.of ?? NaN);
  };
  return whole * Math.sqrt(points.reduce((sum, point) => sum + variance(point), 0));
}
