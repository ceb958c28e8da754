import { AssayError } from '../../base/errors';
import type { Conditions, ConditionValue, Run } from '../../run/run';
import type { Condition, LogSettings, Metric } from '../../study/types';
import { textOf, type LogSource } from '../format';
import { formatOf, readSource } from '../index';
import { hasLineFor, suggestionFor, type Suggestion } from '../template/suggest';
import { metricOf, sharedNames } from './metrics';
import { surveyPaths, valuesDiffer, type PathSurvey } from './paths';

/** What logs of one study tell of it: enough to write its study.json. */
export interface Survey {
  /** The formats that the logs were read by, each once. */
  readonly formats: readonly string[];
  /** With which they were read: `logs` of study.json. */
  readonly logs: LogSettings;
  /** The settings that runs differ by, seeds aside; none where all are alike. */
  readonly conditions: readonly Condition[];
  /** Series that all runs have, as metrics of the study: those that a name shows to be results. */
  readonly metrics: readonly Metric[];
  /** Of the series that are no metrics: why. */
  readonly leftOut: readonly LeftOut[];
  /** Lines with numbers that no template reads, one of each kind that is there more than once. */
  readonly unread: readonly string[];
  /** Of each run, where it is known. */
  readonly seeds: readonly (number | undefined)[];
  /** Settings that all runs tell alike. */
  readonly constants: Conditions;
  /** Read with `logs` and `conditions`. */
  readonly runs: readonly Run[];
}

export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

/**
 * Looks through logs of which nothing is known.
 *
 * @param given the templates of their lines, where somebody knows them
 * @throws AssayError `log-syntax` for a log that no format reads, and that has no line from which a template could be made; `usage` where
 *   there is none
 */
export function survey(sources: readonly LogSource[], given: readonly string[] = []): Survey {
  if (sources.length === 0)
    throw new AssayError('usage', { what: 'no logs', expected: 'the path of one at least' });
  const suggestion = given.length === 0 ? templateFor(sources) : undefined;
  const templates =
    suggestion === undefined
      ? given
      : [suggestion.template, ...suggestion.further.map(({ template }) => template)];
  const how: LogSettings =
    templates.length === 0 ? {} : { template: templates.length === 1 ? templates[0] : templates };
  const found = readAll(sources, how, []);
  const paths = surveyPaths(found.map(({ source }) => source.path));
  const conditions = conditionsIn(found.map(settingsOf), paths);
  const isPathNeeded =
    paths?.names.some(({ name }) =>
      name === 'seed'
        ? found.some(({ seed }) => seed === undefined)
        : conditions.some((condition) => condition.name === name),
    ) ?? false;
  const logs = { ...how, ...(paths !== undefined && isPathNeeded && { path: onlyKnown(paths, conditions) }) };
  const runs = readAll(sources, logs, conditions);
  const { metrics, leftOut } = metricsIn(runs);
  return {
    formats: [...new Set(sources.map((source) => formatOf(source, { ...logs, conditions }).name))],
    logs,
    conditions,
    metrics,
    leftOut: [
      ...leftOut,
      ...(suggestion?.skipped ?? []).map((name) => ({ name, why: 'a number without a name' })),
    ],
    unread: suggestion?.otherLines ?? [],
    seeds: runs.map(({ seed }) => seed),
    constants: constantsIn(runs.map(settingsOf), conditions),
    runs,
  };
}

function readAll(sources: readonly LogSource[], logs: LogSettings, conditions: readonly Condition[]): Run[] {
  return sources.flatMap((source) => readSource(source, { ...logs, conditions }));
}

/** For the first log that no format reads, where its lines have numbers by name; several templates where all logs have lines for each. */
function templateFor(sources: readonly LogSource[]): Suggestion | undefined {
  for (const source of sources) {
    try {
      formatOf(source, { conditions: [] });
    } catch (error) {
      if (!(error instanceof AssayError) || source.isFolder) throw error;
      const suggestion = suggestionFor(textOf(source));
      if (suggestion === undefined) throw error;
      const isInAll = ({ template }: { readonly template: string }): boolean =>
        sources.every((other) => other.isFolder || hasLineFor(template, textOf(other)));
      const further = suggestion.further.filter(isInAll);
      const notInAll = suggestion.further.filter((one) => !further.includes(one)).map(({ line }) => line);
      return { ...suggestion, further, otherLines: [...notInAll, ...suggestion.otherLines] };
    }
  }
  return undefined;
}

/** What each run says of a setting; undefined where one of them says nothing. */
function valuesOf(settings: readonly Conditions[], name: string): ConditionValue[] | undefined {
  const values = settings.map((of) => of[name] as ConditionValue | undefined);
  return values.every((value) => value !== undefined) ? values : undefined;
}

/** What it tells beside its numbers, and numbers that are one and the same in all of the run. */
function settingsOf({ stated, conditions, series }: Run): Conditions {
  const steady = Object.entries(series).flatMap(([name, points]) => {
    const value = points.at(0)?.value; // a template may find no number of a name
    return value !== undefined && points.length > 1 && points.every((point) => point.value === value)
      ? [[name, value] as const]
      : [];
  });
  return { ...Object.fromEntries(steady), ...stated.settings, ...conditions };
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/** A setting with another value in every run is a seed, a time or a folder. */
function isCondition(values: readonly ConditionValue[]): boolean {
  return valuesDiffer(values) && new Set(values).size < values.length;
}

function conditionsIn(settings: readonly Conditions[], paths: PathSurvey | undefined): Condition[] {
  const names = Object.keys(settings[0]).filter((name) => NAME.test(name));
  const told = names.flatMap((name): Condition[] => {
    const values = valuesOf(settings, name);
    if (values === undefined || !isCondition(values) || metricOf(name, [])) return [];
    const texts = [...new Set(values)];
    return values.every((value) => typeof value === 'number')
      ? [{ name }]
      : [{ name, values: texts.map(String) }];
  });
  const inPaths = (paths?.names ?? [])
    .filter(
      ({ name, values }) =>
        name !== 'seed' && isCondition(values) && !told.some((condition) => condition.name === name),
    )
    .map(({ name }) => ({ name }));
  return [...told, ...inPaths];
}

/** A name in the pattern that is no condition and not the seed is a number like any other, and patterns have no place for one. */
function onlyKnown({ pattern, names }: PathSurvey, conditions: readonly Condition[]): string {
  const isKnown = (name: string): boolean =>
    name === 'seed' || conditions.some((condition) => condition.name === name);
  const last = names.findLastIndex(({ name }) => !isKnown(name));
  if (last < 0) return pattern;
  const after = pattern.indexOf(`{${names[last].name}}`) + names[last].name.length + 2;
  return pattern.slice(pattern.indexOf('/', after) + 1);
}

function constantsIn(settings: readonly Conditions[], conditions: readonly Condition[]): Conditions {
  const names = Object.keys(settings[0]).filter(
    (name) => !conditions.some((condition) => condition.name === name),
  );
  const constants = names.flatMap((name) => {
    const values = valuesOf(settings, name);
    return values === undefined || valuesDiffer(values) ? [] : [[name, values[0]] as const];
  });
  return Object.fromEntries(constants);
}

function metricsIn(runs: readonly Run[]): Pick<Survey, 'metrics' | 'leftOut'> {
  const shared = new Set(sharedNames(runs));
  const metrics: Metric[] = [];
  const leftOut: LeftOut[] = [];
  for (const name of new Set(runs.flatMap(({ series }) => Object.keys(series)))) {
    const having = runs.flatMap(({ series }) => (Object.hasOwn(series, name) ? [series[name]] : []));
    const metric = metricOf(name, having);
    if (!shared.has(name)) leftOut.push({ name, why: `${having.length} of ${runs.length} runs have it` });
    else if (metric === undefined) leftOut.push({ name, why: 'not known as a metric; add it in study.json' });
    else metrics.push(metric);
  }
  return { metrics, leftOut };
}
