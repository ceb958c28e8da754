import { conditionsOf } from '../run/recordedRun';
import type { Conditions } from '../run/run';
import { dirname, join } from 'node:path';
import { AssayError } from '../base/errors';
import { readFileOrFail, readTextOrFail } from '../base/files';
import type { PublishedValue } from '../audit/claims/published';
import type { ClaimsFile } from '../audit/claims/claim';
import type { DataSet } from '../data/dataset';
import type { NamedTensor } from '../engine/engine';
import type { Experiment } from '../experiment/types';
import type { RunRecord } from '../run/record';
import { parseTrace, type Trace } from '../run/trace';
import type { Study } from '../study/types';
import type { Parting } from '../train/parting';

/** What was published of the runs of a learning rate, and what came out. */
export interface JudgedPublished {
  readonly conditions: Conditions;
  readonly seed: number;
  readonly values: readonly PublishedValue[];
  /** Where the run leaves the published one: of values that are not as published, where the study has a trace. */
  readonly parting?: Parting & { readonly of: string };
}

/** The claims of a study; undefined where it has none. */
export async function loadPublished(study: Study): Promise<ClaimsFile | undefined> {
  const { claims, rules } = study;
  if (claims === undefined) return undefined;
  const { loadClaims } = await import('../audit/claims/load.js');
  const { loadRules } = await import('../audit/verdictRules.js');
  return loadClaims(claims, study, rules === undefined ? undefined : await loadRules(rules, study));
}

/** Holds runs against what was published of them. */
export async function judgePublished(
  records: readonly RunRecord[],
  claims: ClaimsFile | undefined,
  at: {
    readonly study: Study;
    readonly experiment: Experiment;
    readonly dataSet: DataSet;
    readonly threads: number;
  },
): Promise<JudgedPublished[]> {
  if (claims === undefined) return [];
  const { publishedValues } = await import('../audit/claims/published.js');
  const judged: JudgedPublished[] = [];
  for (const record of records) {
    const { seed } = record;
    const values = publishedValues(claims, record);
    if (values.length === 0) continue;
    const isOther = values.some(({ isAsPublished }) => !isAsPublished);
    const { trace } = at.study;
    const parting = isOther && trace !== undefined ? await partingFrom(trace, record, at) : undefined;
    judged.push({ conditions: conditionsOf(record), seed, values, ...(parting && { parting }) });
  }
  return judged;
}

/** Trains again as the record says, beside a trace; undefined where they have the same weights after each step. */
export async function partingFrom(
  path: string,
  { engine, lr, seed }: RunRecord,
  { experiment, dataSet, threads }: { experiment: Experiment; dataSet: DataSet; threads: number },
): Promise<JudgedPublished['parting']> {
  const { findParting } = await import('../train/parting.js');
  const { createEngine } = await import('../engine/create.js');
  const trace = parseTrace(await readTextOrFail(path), path);
  const parting = await findParting({
    ...{ trace, experiment, dataSet, lr, seed, threads },
    create: (options) => createEngine(engine, options),
    valuesOf: (step) => valuesOf(trace, path, step),
  });
  return parting && { ...parting, of: trace.of };
}

/** The tensors of a step, from the file that a trace names. */
async function valuesOf(trace: Trace, path: string, step: number): Promise<NamedTensor[] | undefined> {
  const name = trace.values?.[step];
  if (name === undefined) return undefined;
  const { readSafetensors } = await import('../pytorch/checkpoint/safetensors/read.js');
  const where = join(dirname(path), name);
  const { tensors } = readSafetensors(await readFileOrFail(where), where);
  return tensors.map(({ name, shape, dtype, bytes }) => {
    if (dtype !== 'F32') {
      const facts = {
        what: 'a tensor of another type',
        where: `${where}, ${name}`,
        expected: 'F32',
        got: dtype,
      };
      throw new AssayError('checkpoint-invalid', facts);
    }
    return { name, shape, data: new Float32Array(Uint8Array.from(bytes).buffer) };
  });
}
