import { AssayError } from '../base/errors';
import { readTextOrFail } from '../base/files';
import { documentOf, experimentOf } from './load';
import { schemaOf } from '../base/schema';
import type { Experiment, OptimizerSpec } from './types';

/** Another reading of a report, where it leaves something open. */
export interface Alternative {
  readonly name: string;
  /** What the report leaves open. */
  readonly factor: string;
  /** In words. */
  readonly reading: string;
  readonly experiment: Experiment;
}

interface AlternativesFile {
  readonly alternatives: readonly (Omit<Alternative, 'experiment'> & {
    readonly changes: {
      readonly optimizer?: OptimizerSpec;
      readonly normalisation?: Experiment['data']['normalisation'];
      readonly forward?: Experiment['model']['forward'];
    };
  })[];
}

/** The name of the unchanged experiment, among its alternatives. */
export const AS_SPECIFIED = 'as-specified';

const schema = schemaOf<AlternativesFile>('alternatives', 'alternatives-invalid');

/**
 * The experiment as it is, then its alternatives.
 *
 * @throws AssayError `file-not-found`, `file-unreadable`, `json-syntax`; `alternatives-invalid`, also where two have one name or
 *   one is what another is; `spec-shape-mismatch`
 */
export async function loadAlternatives(path: string, experiment: Experiment): Promise<Alternative[]> {
  const { alternatives } = schema.parse(await readTextOrFail(path), path);
  const all: Alternative[] = [
    { name: AS_SPECIFIED, factor: 'none', reading: 'the experiment as it is specified', experiment },
  ];
  for (const { changes, ...rest } of alternatives) {
    const { optimizer = experiment.optimizer, normalisation, forward } = changes;
    const variant = {
      ...experiment,
      data: { ...experiment.data, ...(normalisation && { normalisation }) },
      model: { ...experiment.model, ...(forward && { forward }) },
      optimizer,
    };
    const alternative = { ...rest, experiment: experimentOf(documentOf(variant), `${path}, ${rest.name}`) };
    const twin = all.find(
      ({ name, experiment }) => name === rest.name || experiment.sha256 === alternative.experiment.sha256,
    );
    if (twin !== undefined) {
      throw new AssayError('alternatives-invalid', {
        what: 'two alternatives are the same, or have the same name',
        where: path,
        got: `${twin.name} and ${rest.name}`,
      });
    }
    all.push(alternative);
  }
  return all;
}
