import { schemaOf } from '../base/schema';
import { documentOf, type ExperimentDocument } from './load';
import type { Experiment, ModelSpec, ModuleSpec, OptimizerSpec } from './types';

/** What people write of an experiment, before anything is derived: its modules, and whatever differs from the defaults. */
export interface ExperimentDraft {
  readonly name?: string;
  readonly title?: string;
  readonly modules: readonly ModuleSpec[];
  /** Left out: the modules in their order, flattened before the first Linear. */
  readonly forward?: readonly string[];
  readonly optimizer?: OptimizerSpec;
  readonly training?: Partial<Experiment['training']>;
}

const schema = schemaOf<ExperimentDraft>('draft', 'spec-invalid');

/**
 * @param where names the text in messages
 * @throws AssayError `json-syntax`, `spec-invalid`
 */
export function parseDraft(text: string, where: string): ExperimentDraft {
  return schema.parse(text, where);
}

/** The data set that it is to be trained on, as far as the experiment states it. */
export type DraftData = Experiment['data'];

const OPTIMIZER: OptimizerSpec = { type: 'Adam', betas: [0.9, 0.999], eps: 1e-8 };
const TRAINING: Experiment['training'] = { batchSize: 64, epochs: 5, logInterval: 100, lrs: [0.001] };
const ARTIFACTS = { model: 'model.pth', predictions: 'predictions.png', history: 'training_history.png' };

/**
 * The whole experiment: shapes and counts are derived, what is not said has PyTorch's defaults, and each part is marked as assumed.
 *
 * @throws AssayError `spec-shape-mismatch`, `spec-invalid` when the modules do not fit together, or the data
 */
export function experimentOfDraft(draft: ExperimentDraft, data: DraftData): ExperimentDocument {
  const { name = 'mine', title = name, modules, forward = forwardOf(modules), optimizer = OPTIMIZER } = draft;
  const model: ModelSpec = { name: 'Net', modules, forward };
  const document = documentOf({
    ...{
      name,
      title,
      data,
      model,
      loss: 'CrossEntropyLoss',
      optimizer,
      artifacts: ARTIFACTS,
      provenance: {},
    },
    training: { ...TRAINING, ...draft.training },
  });
  const assumed = (evidence: string): { source: 'assumed'; evidence: string } => ({
    source: 'assumed',
    evidence,
  });
  return {
    ...document,
    provenance: {
      data: assumed(`Read from the data set ${data.name} by assay init.`),
      model: assumed(
        draft.forward === undefined
          ? 'As given to assay init; forward in the order of the modules.'
          : 'As given to assay init.',
      ),
      loss: assumed('Cross-entropy is what assay trains with.'),
      optimizer: assumed(
        draft.optimizer === undefined ? "PyTorch's defaults of Adam." : 'As given to assay init.',
      ),
      training: assumed(
        draft.training === undefined
          ? 'Defaults of assay init.'
          : 'As given to assay init, the rest its defaults.',
      ),
      artifacts: assumed('Names of assay init.'),
    },
  };
}

function forwardOf(modules: readonly ModuleSpec[]): string[] {
  const first = modules.findIndex(({ type }) => type === 'Linear');
  return modules.flatMap(({ name }, i) => (i === first ? ['flatten', name] : [name]));
}
