import { AssayError } from '../base/errors';
import type { Point, Run } from '../run/run';
import type { Metric, Study } from '../study/types';
import { csv } from './csv';
import { textOf, type LogFormat, type LogSource, type ReadSettings } from './format';
import { huggingface } from './huggingface';
import { jsonl } from './jsonl';
import { keras } from './keras';
import { lightning } from './lightning';
import { mlflow } from './mlflow';
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
        ...((run.seed ?? seed) !== undefined && { seed: run.seed ?? seed }),
        stated: { ...run.stated, conditionsFrom: run.stated.conditionsFrom ?? 'path' },
      };
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

function aFolder({ path }: LogSource, { name }: LogFormat): AssayError {
  return new AssayError('log-syntax', {
    what: 'the folder is not that of a finished run',
    where: path,
    expected: `run.json in it, or a log of the format ${name}`,
    hint: 'give a log, a run.json, or the folder of a run',
  });
}

/** What was looked for, and what is there instead. */
function noLog(source: LogSource): AssayError {
  const { path, files, isFolder } = source;
  const suggested = isFolder ? undefined : suggestedTemplate(textOf(source));
  const isEmpty = files.every(({ bytes }) => bytes.length === 0);
  const hint =
    suggested === undefined
      ? 'docs/formats.md says what each has to look like; logs.template in study.json takes any line with names in braces'
      : `if this is the line with its numbers, put it into study.json: "logs": {"template": ${JSON.stringify(suggested)}}`;
  return new AssayError('log-syntax', {
    what: 'not a log of a training run',
    where: path,
    expected: FORMATS.map(({ name, title }) => `${name} (${title})`).join('; '),
    got: !isEmpty ? 'none of them' : isFolder ? 'a folder without a file of one of them' : 'an empty file',
    hint,
  });
}

/**
 * A run with the metrics of a study, by their names there; what else the log tells is left out. What is told once an epoch is of the epoch,
 * whatever the log says of the step.
 */
export function ofStudy(run: Run, { metrics }: { readonly metrics: readonly Metric[] }): Run {
  const series = new Map<string, readonly Point[]>();
  const final = new Map<string, Point>();
  const faults = [...run.faults];
  const { stated } = run;
  for (const { name, from = name, per } of metrics) {
    if (stated.final && Object.hasOwn(stated.final, from)) final.set(name, stated.final[from]);
    const points = Object.hasOwn(run.series, from) ? run.series[from] : undefined;
    if (points === undefined) continue;
    const hasSteps =
      per === 'epoch' && points.some(({ epoch, step }) => epoch !== undefined && step !== undefined);
    const told = hasSteps ? points.map(withoutStep) : points;
    series.set(name, told);
    if (!hasSteps) continue;
    const known = new Set(run.faults.map(({ line, rule }) => `${line} ${rule}`));
    faults.push(
      ...protocolFaults({ [from]: told }).filter(({ line, rule }) => !known.has(`${line} ${rule}`)),
    );
  }
  return {
    ...run,
    series: Object.fromEntries(series),
    faults,
    ...(stated.final && { stated: { ...stated, final: Object.fromEntries(final) } }),
  };
}

function withoutStep({ step, ...point }: Point): Point {
  return point.epoch === undefined && step !== undefined ? { ...point, step } : point;
}
