import { AssayError } from '../base/errors';
import type { Point, Run } from '../run/run';
import { textOfFile, type LogFile, type LogFormat, type LogSource, type ReadSettings } from './format';
import { linesOf } from './lines';
import { numberOf } from './number';
import { placeNumber } from './rows';
import { RunBuilder } from './runBuilder';
import { settingsOf } from './settingsFile';

/** A run of MLflow's file store: a folder with `metrics`, `params` and `tags`; or a folder of such folders. */
export const mlflow: LogFormat = {
  name: 'mlflow',
  title: 'the folder of a run of MLflow, with meta.yaml and metrics',
  isInFolder: (name) => /(^|\/)(meta\.yaml|(metrics|params|tags)\/[^\n]+)$/.test(name),
  detects: (source) => source.isFolder && runsIn(source).length > 0,
  read,
};

const META = 'meta.yaml';

/** The folders of runs, each with a `/` at its end; that of an experiment has a meta.yaml without a run's id. */
function runsIn({
  files,
}: LogSource): { readonly folder: string; readonly meta: ReadonlyMap<string, string> }[] {
  return files.flatMap((file) => {
    if (file.name !== META && !file.name.endsWith(`/${META}`)) return [];
    const meta = settingsOf(file);
    return meta.has('run_id') || meta.has('run_uuid')
      ? [{ folder: file.name.slice(0, -META.length), meta }]
      : [];
  });
}

/** Of `status`; 3 is finished. */
const STATES: ReadonlyMap<string, string> = new Map([
  ['1', 'runs still'],
  ['2', 'was scheduled only'],
  ['4', 'failed'],
  ['5', 'was killed'],
]);

function read(source: LogSource, settings: ReadSettings): Run[] {
  const folders = runsIn(source);
  const filesOf = new Map<string, LogFile[]>(folders.map(({ folder }) => [folder, []]));
  for (const file of source.files) {
    const [folder] = /^.*?(?=(metrics|params|tags)\/)/.exec(file.name) ?? [];
    if (folder !== undefined) filesOf.get(folder)?.push(file);
  }
  const runs = folders.flatMap(({ folder, meta }) => {
    const path = `${source.path.replace(/[/\\]$/, '')}/${folder}`.replace(/\/$/, '');
    return readRun(filesOf.get(folder) ?? [], folder, meta, path, settings);
  });
  if (runs.length > 0) return runs;
  throw new AssayError('log-syntax', {
    what: 'a folder of MLflow without numbers',
    where: source.path,
    expected: 'files in metrics, with lines such as 1700000000000 0.5 1',
    got: `${folders.length} runs without any`,
  });
}

function readRun(
  files: readonly LogFile[],
  folder: string,
  meta: ReadonlyMap<string, string>,
  path: string,
  settings: ReadSettings,
): Run[] {
  const builder = new RunBuilder(path, settings, meta.get('run_name'));
  const nameIn = ({ name }: LogFile, kind: string): string | undefined =>
    name.startsWith(`${folder}${kind}/`) ? name.slice(folder.length + kind.length + 1) : undefined;
  for (const file of files) {
    const tag = nameIn(file, 'tags');
    const name = nameIn(file, 'params') ?? (tag?.startsWith('mlflow.') === true ? undefined : tag);
    if (name !== undefined) builder.setting(name, textOfFile(file).trim());
  }
  for (const file of files) {
    const name = nameIn(file, 'metrics');
    if (name === undefined) continue;
    const { points, faulty } = pointsOf(textOfFile(file));
    for (const point of points) builder.point(name, point);
    for (const line of faulty)
      builder.faultyLine(undefined, `metrics/${name}, line ${line}: no time, value and step`);
  }
  const state = STATES.get(meta.get('status') ?? '');
  if (state !== undefined)
    builder.fault({ check: 'protocol', rule: 'unfinished', message: `MLflow says that the run ${state}` });
  if (!builder.hasNumbers()) return [];
  return builder.build({ what: 'a run of MLflow without numbers', expected: 'metrics', got: 'none' });
}

/** Lines of a time, a value and a step. Where no step was given MLflow writes 0 each time: such numbers are counted, from 1. */
function pointsOf(text: string): { readonly points: readonly Point[]; readonly faulty: readonly number[] } {
  const points: Point[] = [];
  const faulty: number[] = [];
  for (const [line, number] of linesOf(text)) {
    const [time, value = '', step = '0', ...rest] = line.split(' ');
    const [read, at] = [numberOf(value), placeNumber(step)];
    if (numberOf(time) === undefined || read === undefined || at === undefined || rest.length > 0)
      faulty.push(number);
    else points.push({ step: at, value: read });
  }
  const isCounted = points.length > 1 && points.every(({ step }) => step === 0);
  return { points: isCounted ? points.map((point, i) => ({ ...point, step: i + 1 })) : points, faulty };
}
