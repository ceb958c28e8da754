import { AssayError } from '../base/errors';
import type { Conditions, Fault, Point, Run } from '../run/run';
import { placeText } from '../run/words';
import type { Condition, Metric, Study } from '../study/types';
import { csv } from './csv';
import { isBinary, startOf, textOf, type LogFormat, type LogSource, type ReadSettings } from './format';
import { huggingface } from './huggingface';
import { jsonl } from './jsonl';
import { keras } from './keras';
import { lightning } from './lightning';
import { mlflow } from './mlflow';
import { numberOf } from './number';
import { checkPathPattern, saidByPath } from './path';
import { protocolFaults } from './protocol';
import { pytorchExample } from './pytorchExample';
import { template } from './template';
import { suggestedTemplate } from './template/suggest';
import { tensorboard } from './tensorboard';
import { trainerState } from './trainerState';
import { wandb } from './wandb';

export type { LogFile, LogFormat, LogSource, NumberName, ReadSettings } from './format';

/** The formats that can be read, in the order in which they are tried. */
export const FORMATS: readonly LogFormat[] = [
  ...[template, pytorchExample, tensorboard, mlflow, trainerState],
  ...[wandb, huggingface, keras, lightning, csv, jsonl],
];

/** How the logs of a study are read. @param batchSize of its experiment, where it has one */
export function readSettings(
  { conditions, logs }: Pick<Study, 'conditions' | 'logs'>,
  batchSize?: number,
): ReadSettings {
  return { ...logs, conditions, ...(batchSize !== undefined && { batchSize }) };
}

/**
 * The runs of a source, with the metrics by the names that the log has for them.
 *
 * @throws AssayError `log-syntax` when no format reads it, or there is no run in it; `study-invalid` for an unknown format
 */
export function readSource(source: LogSource, settings: ReadSettings): Run[] {
  checkPathPattern(settings);
  return formatOf(source, settings)
    .read(source, settings)
    .map((run) => {
      const { conditions, seed } = saidByPath([run.source.path, source.path, run.stated.name], settings);
      if (Object.keys(conditions).length === 0 && seed === undefined) return run;
      return {
        ...run,
        conditions: { ...conditions, ...run.conditions },
        faults: [...run.faults, ...contradictions(run, conditions)],
        ...((run.seed ?? seed) !== undefined && { seed: run.seed ?? seed }),
        stated: { ...run.stated, conditionsFrom: run.stated.conditionsFrom ?? 'path' },
      };
    });
}

/** What the path says, and the log says otherwise. */
function contradictions({ conditions, source }: Run, ofPath: Conditions): Fault[] {
  return Object.entries(ofPath).flatMap(([name, value]): Fault[] => {
    const told = conditions[name];
    if (told === undefined || told === value) return [];
    const message = `${name} is ${told}, and ${value} by the path`;
    return [{ check: 'protocol', rule: 'conditions', line: source.line, message }];
  });
}

/** The one that the settings name, else the first that knows the source. */
export function formatOf(source: LogSource, settings: ReadSettings): LogFormat {
  const names = FORMATS.map(({ name }) => name).join(', ');
  if (settings.format !== undefined) {
    const named = FORMATS.find(({ name }) => name === settings.format);
    if (named !== undefined) {
      if (source.isFolder && named.isInFolder === undefined) throw aFolder(source, named);
      return named;
    }
    throw new AssayError('study-invalid', {
      what: 'an unknown format of logs',
      where: 'logs.format',
      expected: names,
      got: settings.format,
    });
  }
  const found = FORMATS.find((format) => format.detects(source, settings));
  if (found !== undefined) return found;
  throw noLog(source);
}

/** Whether it can be read as a log at all, by a study of its own: a format knows it, or its lines make a template. */
export function looksLikeLog(source: LogSource): boolean {
  return (
    FORMATS.some((format) => format.detects(source, { conditions: [] })) ||
    (!source.isFolder && suggestedTemplate(textOf(source)) !== undefined)
  );
}

function aFolder(source: LogSource, { name }: LogFormat): AssayError {
  const { path } = source;
  const pattern = patternOfLogs(source);
  return new AssayError('log-syntax', {
    what: 'the folder is not that of a finished run',
    where: path,
    expected: `run.json in it, or a log of the format ${name}`,
    hint: pattern === undefined ? 'give a log, a run.json, or the folder of a run' : severalLogs(pattern),
  });
}

/** What was looked for, and what is there instead. */
function noLog(source: LogSource): AssayError {
  return new AssayError('log-syntax', {
    what: 'not a log of a training run',
    where: source.path,
    expected: `one of the formats ${FORMATS.map(({ name }) => name).join(', ')}`,
    got: source.isFolder ? folderInWords(source) : fileInWords(source),
    hint: hintFor(source),
  });
}

function hintFor(source: LogSource): string {
  const others = 'docs/formats.md says what each format looks like';
  if (source.isFolder) {
    const pattern = patternOfLogs(source);
    return pattern === undefined ? others : severalLogs(pattern);
  }
  if (isBinary(startOf(textOf(source)))) return others;
  const suggested = suggestedTemplate(textOf(source));
  return suggested === undefined
    ? `${others}; lines of your own are read by a template: assay init --template 'epoch {epoch} loss {loss}', or logs.template in study.json`
    : `if this is the line with its numbers, put it into study.json: "logs": {"template": ${JSON.stringify(suggested)}}; or into assay init --template`;
}

function folderInWords(source: LogSource): string {
  if (patternOfLogs(source) !== undefined) return 'a folder of files that may each be a log';
  return source.files.length === 0
    ? 'a folder without a file of one of them'
    : 'a folder with files of none of them';
}

/** What the file looks like, where that is clear. */
function fileInWords(source: LogSource): string {
  const [{ bytes }] = source.files;
  if (bytes.length === 0) return 'an empty file';
  const text = startOf(textOf(source));
  if (text.trim() === '') return 'a file of blanks';
  if (isBinary(text)) return 'a binary file, such as a picture or an archive';
  if (!/\d/.test(text)) return 'a text without numbers';
  const [head, ...rows] = text.split(/\r?\n/, 3);
  const columns = head.split(/[,;\t]/);
  if (columns.length > 1 && columns.every((cell) => cell.trim() !== '' && numberOf(cell) !== undefined))
    return 'columns without a line of names above them, such as epoch, loss, accuracy';
  const isTable = columns.length > 1 && columns.every((name) => /^\s*"?[A-Za-z_][^,;\t\d]*"?\s*$/.test(name));
  return isTable && rows.some((row) => row.split(/[,;\t]/).length === columns.length)
    ? `a table without a column epoch or step: ${columns.map((name) => name.trim()).join(', ')}`
    : 'none of them';
}

function severalLogs(pattern: string): string {
  return `name the logs themselves: ${pattern}`;
}

/** `logs/*.csv`: by the ending that most of the files in a folder have that may be logs. */
function patternOfLogs({ path, alongside = [] }: LogSource): string | undefined {
  const counts = new Map<string, number>();
  for (const name of alongside) {
    const ending = /\.(csv|tsv|log|txt|out|jsonl|ndjson|json)$/i.exec(name)?.[0];
    if (ending !== undefined) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined ? undefined : `${path.replace(/[/\\]+$/, '')}/*${most[0]}`;
}

/**
 * A run with the metrics of a study, by their names there; what else the log tells is left out. What is told once an epoch is of the epoch,
 * whatever the log says of the step.
 */
export function ofStudy(
  run: Run,
  { metrics, conditions }: Pick<Study, 'metrics'> & Partial<Pick<Study, 'conditions'>>,
): Run {
  const series = new Map<string, readonly Point[]>();
  const final = new Map<string, Point>();
  const faults = [...run.faults];
  const { stated } = run;
  for (const metric of metrics) {
    const { name, from = name, per } = metric;
    if (stated.final && Object.hasOwn(stated.final, from)) final.set(name, stated.final[from]);
    const points = Object.hasOwn(run.series, from) ? run.series[from] : undefined;
    if (points === undefined) continue;
    const hasSteps =
      per === 'epoch' && points.some(({ epoch, step }) => epoch !== undefined && step !== undefined);
    const told = hasSteps ? points.map(withoutStep) : points;
    series.set(name, told);
    faults.push(...impossible(metric, told, run.faults));
    if (!hasSteps) continue;
    const known = new Set(run.faults.map(({ line, rule }) => `${line} ${rule}`));
    faults.push(
      ...protocolFaults({ [from]: told }).filter(({ line, rule }) => !known.has(`${line} ${rule}`)),
    );
  }
  return {
    ...run,
    ...(conditions && { conditions: inOrder(run.conditions, conditions) }),
    series: Object.fromEntries(series),
    faults,
    stated: {
      ...stated,
      ...(stated.final && { final: Object.fromEntries(final) }),
      ...(series.size === 0 && { otherSeries: Object.keys(run.series) }),
    },
  };
}

/** In the order of the study: equal conditions are then equal texts. */
function inOrder(values: Conditions, known: readonly Condition[]): Conditions {
  const names = [...new Set([...known.map(({ name }) => name), ...Object.keys(values)])];
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name]]] : [])),
  );
}

const MOST: Readonly<Record<Metric['kind'], number>> = {
  loss: Infinity,
  percent: 100,
  share: 1,
  real: Infinity,
};

/** Numbers that a metric of this kind cannot have. NaN is none: a training can come to it. */
function impossible(
  { name, kind, steps }: Metric,
  points: readonly Point[],
  known: readonly Fault[],
): Fault[] {
  const [least, most] = [kind === 'real' ? -Infinity : 0, MOST[kind]];
  const lines = new Set(known.flatMap(({ check, line }) => (check === 'arithmetic' ? [line] : [])));
  return points.flatMap((point): Fault[] => {
    const { value, line } = point;
    if (!(value < least || value > most) || (line !== undefined && lines.has(line))) return [];
    const bounds = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`;
    const message = `${placeText(point, steps)}: ${name} is ${value}, and a ${kind} is ${bounds}`;
    return [{ check: 'arithmetic', rule: 'impossible', line, message }];
  });
}

function withoutStep({ step, ...point }: Point): Point {
  return point.epoch === undefined && step !== undefined ? { ...point, step } : point;
}
