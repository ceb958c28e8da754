import type { ErrorObject } from 'ajv';
import { AssayError } from '../base/errors';
import { isThere, readTextOrFail } from '../base/files';
import { parseJson, shortJson } from '../base/json';
import { jsonPath } from '../base/path';
import { join } from '../base/paths';
import { faultsBySchema } from '../base/schema';
import type { Chance, Metric, Study } from './types';

export const STUDY_FILE = 'study.json';

/** The files that a study may name. */
const FILES = ['experiment', 'report', 'claims', 'rules', 'trace', 'readings'] as const;

const EXPERIMENT_FILE = 'experiment.json';

/** It is written by hand: ours have a thousandth of it. */
const MOST_BYTES = 1 << 20;
/** Faults, or names, that a message has. */
const MOST_SHOWN = 100;

type StudyFile = Omit<Study, 'isDefault' | 'metrics' | 'chance' | 'logs' | 'level'> &
  Partial<Pick<Study, 'logs' | 'level'>> & {
    readonly metrics: readonly (Omit<Metric, 'decimals'> & Partial<Pick<Metric, 'decimals'>>)[];
    readonly chance?: Pick<Chance, 'classes'> & Partial<Chance>;
  };

/**
 * The study of a folder.
 *
 * @throws AssayError `file-not-found` where there is no study.json, `file-unreadable`, `json-syntax`; `study-invalid` with all of its faults
 *   at once, those of files that it names and that are not there, too.
 */
export async function loadStudy(folder: string): Promise<Study> {
  const path = join(folder, STUDY_FILE);
  const file = parseJson(await readStudyFile(folder, path), path);
  const bySchema = faultsOf(file);
  const faults = [
    ...bySchema,
    ...(bySchema.length === 0 ? contradictions(file as StudyFile) : []),
    ...(await missingFiles(file, folder)),
  ];
  if (faults.length > 0) throw invalid(path, faults);
  const {
    name,
    title,
    conditions,
    metrics,
    chance,
    logs = {},
    level = DEFAULT_LEVEL,
    trainer,
    ...paths
  } = file as StudyFile;
  const hasExperiment = await isThere(join(folder, EXPERIMENT_FILE), 'file');
  const named = { ...(hasExperiment && { experiment: EXPERIMENT_FILE }), ...paths };
  const opened = Object.fromEntries(Object.entries(named).map(([key, value]) => [key, join(folder, value)]));
  return {
    ...{ name, title, conditions, logs, level, isDefault: false },
    metrics: metrics.map((metric) => ({ ...metric, decimals: metric.decimals ?? decimalsOf(metric.kind) })),
    ...(trainer !== undefined && { trainer }),
    ...(chance && { chance: { crossEntropy: [], accuracy: [], ...chance } }),
    ...(opened as typeof named),
  };
}

export const DEFAULT_LEVEL = 0.95;

function decimalsOf(kind: Metric['kind']): number {
  return kind === 'percent' ? 2 : 4;
}

/** What a schema cannot check: duplicate names, and names that refer to nothing. */
function contradictions({ conditions, metrics, chance }: StudyFile): Fault[] {
  const names = metrics.map(({ name }) => name);
  const known = new Set(names);
  const expected = names.slice(0, MOST_SHOWN).join(', ');
  const unknown = (['crossEntropy', 'accuracy'] as const).flatMap((key) =>
    (chance?.[key] ?? []).flatMap((name, i) =>
      known.has(name) ? [] : [{ path: `chance.${key}[${i}]`, expected, got: shortJson(name) }],
    ),
  );
  return [
    ...faultyNames(
      'conditions',
      conditions.map(({ name }) => name),
    ),
    ...faultyNames('metrics', names),
    ...unknown,
  ];
}

/** Names that are there twice, or that every object of JavaScript has. */
function faultyNames(path: string, names: readonly string[]): Fault[] {
  const taken = new Set<string>();
  return names.flatMap((name, i) => {
    const isTwice = taken.has(name);
    taken.add(name);
    const of = { path: `${path}[${i}].name`, got: shortJson(name) };
    if (isTwice) return [{ ...of, expected: 'a name of its own' }];
    return name in Object.prototype ? [{ ...of, expected: 'another name' }] : [];
  });
}

async function readStudyFile(folder: string, path: string): Promise<string> {
  try {
    return await readTextOrFail(path, MOST_BYTES);
  } catch (error) {
    const isMissing = error instanceof AssayError && error.facts.got?.match(/ENOENT|ENOTDIR/);
    if (!isMissing) throw error;
    const facts = { what: 'not a study', where: folder, expected: `a folder with ${STUDY_FILE} in it` };
    throw new AssayError('file-not-found', facts, { cause: error });
  }
}

interface Fault {
  /** In the JSON. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

function faultsOf(file: unknown): Fault[] {
  return faultsBySchema('study', file).map(faultOf);
}

function faultOf({
  instancePath,
  keyword,
  params,
  message = keyword,
  data,
  parentSchema,
}: ErrorObject): Fault {
  const path = jsonPath(instancePath);
  const { additionalProperty, missingProperty } = params as Record<string, string | undefined>;
  if (additionalProperty !== undefined) {
    const known = Object.keys((parentSchema as { properties: object }).properties);
    return { path, expected: known.join(', '), got: `unknown key '${additionalProperty}'` };
  }
  if (missingProperty !== undefined) {
    return {
      path,
      expected: `key '${missingProperty}'`,
      got: Object.keys(data as object)
        .slice(0, MOST_SHOWN)
        .join(', '),
    };
  }
  return { path, expected: message.replace(/^must (be |NOT have )?/, ''), got: shortJson(data) };
}

async function missingFiles(file: unknown, folder: string): Promise<Fault[]> {
  if (typeof file !== 'object' || file === null) return [];
  const named: Partial<Record<string, unknown>> = { ...file };
  const faults = FILES.map(async (key): Promise<Fault[]> => {
    const name = named[key];
    if (typeof name !== 'string') return []; // not named, or a fault by the schema
    const path = join(folder, name);
    return (await isThere(path, 'file')) ? [] : [{ path: key, expected: 'a file', got: `no file ${path}` }];
  });
  return (await Promise.all(faults)).flat();
}

function invalid(where: string, faults: readonly Fault[]): AssayError {
  if (faults.length === 1) {
    const [{ path, ...fault }] = faults;
    return new AssayError('study-invalid', { what: 'not a study', where: `${where}, ${path}`, ...fault });
  }
  const each = faults
    .slice(0, MOST_SHOWN)
    .map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`);
  return new AssayError('study-invalid', {
    what: 'not a study',
    where,
    got: `${faults.length} faults: ${each.join('; ')}`,
  });
}
