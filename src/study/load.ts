import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import { AssayError } from '../base/errors';
import { readTextOrFail } from '../base/files';
import { parseJson } from '../base/json';
import { jsonPath } from '../base/path';
import { readSchema } from '../base/schema';
import type { Study } from './types';

export const STUDY_FILE = 'study.json';

/** The files that a study may name. */
const FILES = ['experiment', 'report', 'claims', 'trace', 'readings'] as const;

type StudyFile = Omit<Study, 'isDefault' | 'experiment'> & Partial<Pick<Study, 'experiment'>>;

/**
 * The study of a folder.
 *
 * @throws AssayError `file-not-found` where there is no study.json, `file-unreadable`, `json-syntax`; `study-invalid` with all of its faults
 *   at once, those of files that it names and that are not there, too.
 */
export async function loadStudy(folder: string): Promise<Study> {
  const path = join(folder, STUDY_FILE);
  const file = parseJson(await readStudyFile(folder, path), path);
  const faults = [...faultsOf(file), ...(await missingFiles(file, folder))];
  if (faults.length > 0) throw invalid(path, faults);
  const { name, title, experiment = 'experiment.json', golden, ...optional } = file as StudyFile;
  const named = Object.entries(optional).map(([key, value]) => [key, join(folder, value)]);
  return {
    ...{ name, title, isDefault: false },
    ...{ experiment: join(folder, experiment), golden: join(folder, golden) },
    ...(Object.fromEntries(named) as typeof optional),
  };
}

async function readStudyFile(folder: string, path: string): Promise<string> {
  try {
    return await readTextOrFail(path);
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

let validate: ValidateFunction | undefined;

function faultsOf(file: unknown): Fault[] {
  validate ??= new Ajv2020({ allErrors: true, verbose: true }).compile(readSchema('study'));
  return validate(file) ? [] : (validate.errors ?? []).map(faultOf);
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
    return { path, expected: `key '${missingProperty}'`, got: `${Object.keys(data as object).join(', ')}` };
  }
  return { path, expected: message.replace(/^must (be |NOT have )?/, ''), got: JSON.stringify(data) };
}

async function missingFiles(file: unknown, folder: string): Promise<Fault[]> {
  if (typeof file !== 'object' || file === null) return [];
  const named: Partial<Record<string, unknown>> = { experiment: 'experiment.json', ...file };
  const faults = FILES.map(async (key): Promise<Fault[]> => {
    const name = named[key];
    if (typeof name !== 'string') return []; // not named, or a fault by the schema
    const path = join(folder, name);
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    return isFile ? [] : [{ path: key, expected: 'a file', got: `no file ${path}` }];
  });
  return (await Promise.all(faults)).flat();
}

function invalid(where: string, faults: readonly Fault[]): AssayError {
  if (faults.length === 1) {
    const [{ path, ...fault }] = faults;
    return new AssayError('study-invalid', { what: 'not a study', where: `${where}, ${path}`, ...fault });
  }
  const each = faults.map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`);
  return new AssayError('study-invalid', {
    what: 'not a study',
    where,
    got: `${faults.length} faults: ${each.join('; ')}`,
  });
}
