import { AssayError } from '../base/errors';
import { readTextOrFail } from '../base/files';
import { digestOf } from './digest';
import { layersOf, parametersOf, sizeOf } from './model';
import { pathAndParents, pathsOf } from '../base/path';
import { schemaOf } from '../base/schema';
import type { Experiment } from './types';

const schema = schemaOf<ExperimentDocument>('experiment', 'spec-invalid');

/** A thousand times what the reported experiment needs. */
const MOST_BYTES = 1 << 23;

/** Reads and checks an experiment; see {@link parseExperiment}. Errors also `file-not-found`, `file-unreadable`. */
export async function loadExperiment(path: string): Promise<Experiment> {
  return parseExperiment(await readTextOrFail(path, MOST_BYTES), path);
}

/**
 * An experiment from the text of its JSON file, checked against the schema and against itself, deeply frozen.
 *
 * @param where names the text in messages: usually its path.
 * @throws AssayError `json-syntax`; `spec-invalid` naming the JSON path; `spec-shape-mismatch` naming the module, where the
 *   shapes or counts that the experiment expects are not those derived from its modules.
 */
export function parseExperiment(text: string, where: string): Experiment {
  const experiment = experimentOf(schema.parse(text, where), where);
  inFile(where, () => checkProvenance(experiment));
  return experiment;
}

/** An experiment's document: what its file holds. */
export type ExperimentDocument = Omit<Experiment, 'sha256'>;

/**
 * An experiment from a document that meets the schema, deeply frozen. How its fields are known is not asked: a variant that was made
 * in memory has no file that says so.
 *
 * @throws AssayError `spec-invalid`, `spec-shape-mismatch`
 */
export function experimentOf(document: ExperimentDocument, where: string): Experiment {
  const experiment: Experiment = { ...document, sha256: digestOf(document) };
  inFile(where, () => {
    checkModel(experiment);
    checkArtifacts(experiment);
    checkArithmetic(experiment);
  });
  return deepFreeze(experiment);
}

/** The document of an experiment or a variant, as far as runs depend on it; derived fields are derived again. */
export function documentOf(experiment: Omit<Experiment, 'sha256' | 'expected'>): ExperimentDocument {
  const { name, title, data, model, arithmetic, loss, optimizer, training, artifacts } = experiment;
  const layers = layersOf(model, data.inputShape);
  const counts = parametersOf(layers).map(({ name, shape }) => [name, sizeOf(shape)] as const);
  const expected = {
    outputShapes: layers.map(({ name, outputShape }) => ({ module: name, shape: outputShape })),
    parameterCounts: Object.fromEntries(counts),
    parameterCount: counts.reduce((total, [, count]) => total + count, 0),
  };
  const optional = arithmetic && { arithmetic };
  return {
    name,
    title,
    data,
    model,
    expected,
    ...optional,
    loss,
    optimizer,
    training,
    artifacts,
    provenance: {},
  };
}

function checkModel({ model, data, expected }: Experiment): void {
  const layers = layersOf(model, data.inputShape);
  for (const [index, { name, outputShape }] of layers.entries()) {
    const path = `expected.outputShapes[${index}] (module ${name})`;
    checkDerived(path, expected.outputShapes[index], { module: name, shape: outputShape });
  }
  checkDerived('expected.outputShapes.length', expected.outputShapes.length, layers.length);

  const parameters = parametersOf(layers);
  for (const { name, shape } of parameters) {
    checkDerived(`expected.parameterCounts['${name}']`, expected.parameterCounts[name], sizeOf(shape));
  }
  const names = parameters.map(({ name }) => name);
  checkDerived('keys of expected.parameterCounts', Object.keys(expected.parameterCounts), names);
  const parameterCount = parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);
  checkDerived('expected.parameterCount', expected.parameterCount, parameterCount);
  checkDerived('data.classes', [data.classes], layers.at(-1)?.outputShape);
}

function checkDerived(path: string, expected: unknown, derived: unknown): void {
  const expectedText = JSON.stringify(expected) ?? 'nothing';
  const derivedText = JSON.stringify(derived) ?? 'nothing';
  if (expectedText === derivedText) return;
  throw new AssayError('spec-shape-mismatch', {
    what: 'what the experiment expects does not follow from its modules',
    where: path,
    expected: `${expectedText}, as the experiment says`,
    got: `${derivedText}, derived from model.modules and model.forward`,
  });
}

/** What every run writes beside the artifacts. */
const OWN_FILES = ['run.json', 'train.log', 'checkpoint.safetensors'];

/** Each file of a run has its own name, also on systems that ignore case. */
function checkArtifacts({ artifacts }: Experiment): void {
  const taken = new Set(OWN_FILES);
  for (const [artifact, name] of Object.entries(artifacts)) {
    const key = name.toLowerCase();
    if (taken.has(key)) {
      const expected = `a name that no other file of a run has, ${OWN_FILES.join(', ')} included`;
      throw invalid('two files of a run have one name', `artifacts.${artifact}`, expected, name);
    }
    taken.add(key);
  }
}

/** `fused-chain` is RepDL's definition, which has one optimizer. */
function checkArithmetic({ arithmetic, optimizer }: Experiment): void {
  if (arithmetic !== 'fused-chain' || optimizer.type === 'Adam') return;
  throw invalid(
    "the arithmetic 'fused-chain' does not define this optimizer",
    'optimizer.type',
    'Adam',
    optimizer.type,
  );
}

/** The parts of an experiment whose origin a reader may doubt; the others are derived, or describe the file. */
const PARTS_WITH_PROVENANCE = [
  ...(['data', 'model', 'arithmetic', 'loss', 'optimizer', 'training', 'artifacts'] as const),
];

function checkProvenance(experiment: Experiment): void {
  const { provenance } = experiment;
  const there = PARTS_WITH_PROVENANCE.filter((part) => experiment[part] !== undefined);
  const parts = Object.fromEntries(there.map((part) => [part, experiment[part]]));
  const paths = pathsOf(parts);
  const known = new Set(paths.map(({ path }) => path));
  for (const [path, { source }] of Object.entries(provenance)) {
    if (!known.has(path)) {
      throw invalid(
        `provenance of a field that does not exist`,
        `provenance['${path}']`,
        'the path of a field',
        path,
      );
    }
    if (source === 'reported' && experiment.report === undefined) {
      throw invalid(
        'a reported field without a report',
        `provenance['${path}']`,
        'report, or another source',
        source,
      );
    }
  }
  for (const { path, isLeaf } of paths) {
    if (isLeaf && !pathAndParents(path).some((holder) => Object.hasOwn(provenance, holder))) {
      throw invalid(
        'a field without provenance',
        'provenance',
        `an entry for ${path}, or for what holds it`,
        'none',
      );
    }
  }
}

function invalid(what: string, where: string, expected: string, got: string): AssayError {
  return new AssayError('spec-invalid', { what, where, expected, got });
}

/** Runs a check whose errors know a path in the experiment, but not the file that it came from. */
function inFile(file: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    throw new AssayError(
      error.code,
      { ...error.facts, where: `${file}, ${error.facts.where}` },
      { cause: error },
    );
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
